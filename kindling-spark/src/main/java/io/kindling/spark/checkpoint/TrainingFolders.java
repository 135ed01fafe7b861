package io.kindling.spark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder that {@code checkpointDir} names. Every training has a folder of its own in it, so
 * that fits that share it, one behind the other or at once, as in a {@code CrossValidator}, leave
 * each other's checkpoints alone. Its name says when training began, in UTC: {@code
 * training-20261128-152530-5f2a9c10}.
 */
public final class TrainingFolders {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern NAME = Pattern.compile("training-\\d{8}-\\d{6}-[0-9a-f]{8}");

  private final Path root;
  private final Configuration configuration;
  private final FileSystem fileSystem;

  public TrainingFolders(String root, Configuration configuration) throws IOException {
    this.configuration = configuration;
    Path given = new Path(root);
    this.fileSystem = given.getFileSystem(configuration);
    this.root = given.makeQualified(fileSystem.getUri(), fileSystem.getWorkingDirectory());
  }

  /**
   * Makes the folder, so that one that cannot be is an error before training.
   *
   * @throws IOException if it cannot be made
   */
  public void make() throws IOException {
    if (!fileSystem.mkdirs(root)) {
      throw new IOException("the file system does not say why");
    }
  }

  /** Deletes a training's folder where nothing was left in it. */
  public void deleteIfEmpty(String training) throws IOException {
    Path folder = new Path(training);
    if (fileSystem.exists(folder) && fileSystem.listStatus(folder).length == 0) {
      fileSystem.delete(folder, false);
    }
  }

  /**
   * The folder for a training's checkpoints, which is there when this returns: that of the training
   * which it resumes where that lies here and came no further, else a new one.
   *
   * @throws IOException if it cannot be made
   */
  public String forTraining(Optional<Resume> resume) throws IOException {
    if (resume.isPresent()) {
      Path training = resume.get().checkpoint().folder().getParent();
      if (root.equals(training.getParent()) && isNewest(resume.get().checkpoint(), training)) {
        return training.toString();
      }
    }
    Path fresh =
        new Path(
            root,
            "training-"
                + TIME.format(Instant.now())
                + "-"
                + UUID.randomUUID().toString().substring(0, 8));
    if (!fileSystem.mkdirs(fresh)) {
      throw new IOException("Failed to make the folder for checkpoints " + fresh + ".");
    }
    return fresh.toString();
  }

  private boolean isNewest(Checkpoint checkpoint, Path training) throws IOException {
    return of(training).checkpoints().stream()
        .allMatch(each -> each.position().compareTo(checkpoint.position()) <= 0);
  }

  /**
   * The trainings whose checkpoints are here, or which this folder is itself; first the one that
   * has left a checkpoint last, by the clock of the file system.
   */
  List<CheckpointFolder> all() throws IOException {
    List<CheckpointFolder> found = new ArrayList<>();
    addIfAny(found, root);
    for (FileStatus each : list()) {
      if (NAME.matcher(each.getPath().getName()).matches()) {
        addIfAny(found, each.getPath());
      }
    }
    List<Written> written = new ArrayList<>();
    for (CheckpointFolder each : found) {
      written.add(new Written(each, each.lastWritten()));
    }
    return written.stream()
        .sorted(Comparator.comparing(Written::millis).reversed())
        .map(Written::folder)
        .toList();
  }

  private record Written(CheckpointFolder folder, long millis) {}

  private void addIfAny(List<CheckpointFolder> found, Path training) throws IOException {
    CheckpointFolder folder = of(training);
    if (!folder.checkpoints().isEmpty()) {
      found.add(folder);
    }
  }

  private CheckpointFolder of(Path training) throws IOException {
    return new CheckpointFolder(training.toString(), configuration);
  }

  private FileStatus[] list() throws IOException {
    try {
      return fileSystem.listStatus(root);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
