package io.kindling.spark.file;

import java.io.IOException;
import java.util.UUID;
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
 * new CompleteFolder(path, hadoopConfiguration)
 *     .overwrite(fresh -> pipelineModel.write().save(fresh.toString()));
 * }</pre>
 */
public final class CompleteFolder {

  /** Writes the content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(CompleteFolder.class);

  private final FileSystem fileSystem;
  private final Path target;

  public CompleteFolder(String target, Configuration configuration) throws IOException {
    Path path = new Path(target);
    this.fileSystem = path.getFileSystem(configuration);
    this.target = path.makeQualified(fileSystem.getUri(), fileSystem.getWorkingDirectory());
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
   * @throws IOException if the new folder is not in its place; the old one then is
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
   * Puts back what a process moved aside that ended before the new one was in its place. For
   * whoever is the only one to write there.
   *
   * @return whether something stands there now
   */
  public boolean recover() throws IOException {
    if (fileSystem.exists(target)) {
      return true;
    }
    Path parent = target.getParent();
    if (parent == null || !fileSystem.exists(parent)) {
      return false;
    }
    String aside = "_" + target.getName() + ".old-";
    for (FileStatus each : fileSystem.listStatus(parent)) {
      if (each.getPath().getName().startsWith(aside)) {
        LOG.warn("{} was left aside by a process that ended; it is put back.", each.getPath());
        rename(each.getPath(), target);
        return true;
      }
    }
    return false;
  }

  private void deleteLeftover(Path fresh) {
    try {
      fileSystem.delete(fresh, true);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} is incomplete, and could not be deleted.", fresh, e);
    }
  }

  private void moveToTarget(Path fresh) throws IOException {
    if (!fileSystem.exists(target)) {
      rename(fresh, target);
      return;
    }
    Path old = neighbour("old");
    rename(target, old);
    try {
      rename(fresh, target);
    } catch (IOException | RuntimeException e) {
      putBack(old, e);
      throw e;
    }
    try {
      fileSystem.delete(old, true);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} is replaced, but what stood there before remains in {}.", target, old, e);
    }
  }

  private void putBack(Path old, Exception reason) {
    try {
      rename(old, target);
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
