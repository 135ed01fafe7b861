package io.kindling.spark.file;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder, or a file, that appears all at once. Its content is written to a neighbour, which is
 * renamed when it is complete; a folder that is replaced is moved aside first and deleted last, so
 * that at every moment the old or the new one is whole on disk.
 *
 * <pre>{@code
 * CompleteFolder folder = new CompleteFolder(path, hadoopConfiguration);
 * folder.overwrite(fresh -> pipelineModel.write().save(fresh.toString()));
 * PipelineModel again = folder.read(place -> PipelineModel.load(place.toString()));
 * }</pre>
 *
 * <p>No file system of Hadoop's replaces a folder in one act, so a process that dies between the
 * two renames leaves nothing at the path itself: the old folder is then aside, under a name that
 * tells whose it is. {@link #read} finds it there without a right to write; {@link #recover} puts
 * it back. What is aside is deleted only once a new folder is in its place, and of several the
 * newest counts, so that this holds however often a process dies.
 *
 * <p>On HDFS and local disks a rename is one act, and what stands at the path is always whole. On
 * S3A and other object stores it copies file by file, so that a process that dies may leave half a
 * folder at the path, with the whole one aside: {@code read} goes there where what stands at the
 * path cannot be read. For that a reading must fail on half a folder, as Kindling's models do, of
 * which every file has a checksum.
 *
 * <p>For one writer at a time; any number may read.
 */
public final class CompleteFolder {

  /** Writes the content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /** Makes something of a folder's content; fails where the folder is not whole. */
  @FunctionalInterface
  public interface Reading<T> {
    T from(Path folder) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(CompleteFolder.class);

  private final FileSystem fileSystem;
  private final Path given;
  private final Path target;
  private final Pattern asideName;

  public CompleteFolder(String target, Configuration configuration) throws IOException {
    this.given = new Path(target);
    this.fileSystem = given.getFileSystem(configuration);
    this.target = given.makeQualified(fileSystem.getUri(), fileSystem.getWorkingDirectory());
    this.asideName =
        Pattern.compile(Pattern.quote("_" + given.getName() + ".old-") + "(\\d{6,9})-.+");
  }

  /**
   * Writes the folder.
   *
   * @throws IOException if it exists already
   */
  public void write(Content content) throws IOException {
    if (fileSystem.exists(target)) {
      throw new FileAlreadyExistsException(
          "Failed to save to "
              + target
              + ": the path exists. Use write().overwrite().save(path) to replace it.");
    }
    overwrite(content);
  }

  /**
   * Writes the folder in the place of what may stand there.
   *
   * @throws IOException if the new folder is not in its place; the old one then is, or {@link
   *     #read} finds it
   */
  public void overwrite(Content content) throws IOException {
    Path fresh = neighbour("new");
    boolean isInPlace = false;
    try {
      content.writeTo(fresh);
      moveToTarget(fresh);
      isInPlace = true;
    } finally {
      // Whatever was thrown: Spark's exceptions are checked ones that nobody declares.
      if (!isInPlace) {
        deleteLeftover(fresh);
      }
    }
  }

  /**
   * Reads what stands there; where that is not whole, what a writer that ended has left aside. An
   * error of the network, or a right that is missing, says nothing of what stands there, and is
   * passed on.
   *
   * @throws IOException of the reading at the path itself, where nothing aside can be read either;
   *     other exceptions are passed on likewise
   */
  public <T> T read(Reading<T> reading) throws IOException {
    try {
      return reading.from(given);
    } catch (Exception e) { // whatever it is: Spark's are checked ones that nobody declares
      if (FileTrouble.isOfTheWay(e)) {
        throw e;
      }
      for (Path each : asideForReading()) {
        try {
          T read = reading.from(each);
          LOG.warn("{} is read in the place of {}, whose writer has ended.", each, target, e);
          return read;
        } catch (Exception other) {
          e.addSuppressed(other);
        }
      }
      throw e;
    }
  }

  /**
   * Where a whole folder is, for what can name but one place: the path itself, or what a writer
   * that ended has left aside where there is nothing at the path. Empty where there is neither.
   */
  public Optional<Path> find() throws IOException {
    return fileSystem.exists(target) ? Optional.of(given) : asideForReading().stream().findFirst();
  }

  /**
   * Puts back what a process moved aside that ended before the new one was in its place. For
   * whoever is the only one to write there.
   *
   * @return whether something stands there now
   */
  public boolean recover() throws IOException {
    if (fileSystem.exists(target)) {
      return true;
    }
    List<Path> left = aside();
    if (left.isEmpty()) {
      return false;
    }
    LOG.warn("{} was left aside by a process that ended; it is put back.", left.get(0));
    rename(left.get(0), target);
    return true;
  }

  /** What was moved aside and is there still, the newest first. */
  private List<Path> aside() throws IOException {
    Path parent = target.getParent();
    if (parent == null || !fileSystem.exists(parent)) {
      return List.of();
    }
    return Arrays.stream(fileSystem.listStatus(parent))
        .map(FileStatus::getPath)
        .filter(each -> asideName.matcher(each.getName()).matches())
        .sorted(Comparator.comparingInt(this::numberOf).reversed())
        .toList();
  }

  private List<Path> asideForReading() {
    try {
      return aside();
    } catch (IOException e) {
      // Whoever may read the folder need not be allowed to list its neighbours.
      LOG.debug("The neighbours of {} cannot be listed.", target, e);
      return List.of();
    }
  }

  private int numberOf(Path moved) {
    Matcher matcher = asideName.matcher(moved.getName());
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private void deleteLeftover(Path fresh) {
    try {
      fileSystem.delete(fresh, true);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} is incomplete, and could not be deleted.", fresh, e);
    }
  }

  private void moveToTarget(Path fresh) throws IOException {
    List<Path> left = aside();
    if (!fileSystem.exists(target)) {
      rename(fresh, target);
      deleteReplaced(left);
      return;
    }
    int number = left.isEmpty() ? 1 : numberOf(left.get(0)) + 1;
    Path old = neighbour(String.format(Locale.ROOT, "old-%06d", number));
    try {
      rename(target, old);
      rename(fresh, target);
    } catch (IOException | RuntimeException e) {
      putBack(old, e);
      throw e;
    }
    deleteReplaced(left);
    deleteReplaced(List.of(old));
  }

  private void deleteReplaced(List<Path> replaced) {
    for (Path each : replaced) {
      try {
        fileSystem.delete(each, true);
      } catch (IOException | RuntimeException e) {
        LOG.warn("{} is replaced, but what stood there before remains in {}.", target, each, e);
      }
    }
  }

  /** A rename may have been done though it failed. */
  private void putBack(Path old, Exception reason) {
    try {
      if (!fileSystem.exists(target) && fileSystem.exists(old)) {
        rename(old, target);
      }
    } catch (IOException | RuntimeException e) {
      reason.addSuppressed(
          new IOException("What stood at " + target + " is whole in " + old + ".", e));
    }
  }

  private Path neighbour(String role) {
    return new Path(
        target.getParent(), "_" + target.getName() + "." + role + "-" + UUID.randomUUID());
  }

  private void rename(Path from, Path to) throws IOException {
    if (!fileSystem.rename(from, to)) {
      throw new IOException(
          "Failed to rename " + from + " to " + to + ". See the log of the file system.");
    }
  }
}
