package io.kindling.cli;

import io.kindling.spark.file.CompleteFolder;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A place where a command writes: whatever is wrong with it is better known before the work than
 * after.
 *
 * @param path with scheme and authority
 * @param option the field or option that named it, for messages
 */
record Target(FileSystem fileSystem, Path path, String option) {

  static Target of(String path, String option, Configuration hadoop) throws IOException {
    Path given = new Path(path);
    FileSystem fileSystem = given.getFileSystem(hadoop);
    return new Target(fileSystem, fileSystem.makeQualified(given), option);
  }

  boolean exists() throws IOException {
    return fileSystem.exists(path);
  }

  /**
   * Why nothing may be written there, in a sentence.
   *
   * @param how what to say to have it replaced
   */
  Optional<String> taken(String how) throws IOException {
    return exists()
        ? Optional.of(
            "The path %s (%s) exists. %s to replace it, or name another."
                .formatted(path, option, how))
        : Optional.empty();
  }

  /**
   * Refuses to go on where something stands there.
   *
   * @throws IllegalArgumentException if so
   */
  void requireFree(String how) throws IOException {
    Optional<String> taken = taken(how);
    if (taken.isPresent()) {
      throw new IllegalArgumentException(taken.get());
    }
  }

  /** Writes a file or folder, which stands there when it is complete. */
  void write(CompleteFolder.Content content) throws IOException {
    new CompleteFolder(path.toString(), fileSystem.getConf()).overwrite(content);
  }

  /**
   * Why what stands there may not be replaced, in a sentence: it is something else than what is to
   * come.
   *
   * @param mark what a folder of the kind holds, such as {@code metadata} a saved model
   * @param kind in words
   */
  Optional<String> foreign(String mark, String kind) throws IOException {
    return exists() && !fileSystem.exists(new Path(path, mark))
        ? Optional.of(
            "The path %s (%s) cannot be replaced: something stands there that is no %s and would be lost. Name another."
                .formatted(path, option, kind))
        : Optional.empty();
  }

  /** Why what stands there may not be replaced by a file: it is a folder. */
  Optional<String> folder(String kind) throws IOException {
    return exists() && fileSystem.getFileStatus(path).isDirectory()
        ? Optional.of(
            "The path %s (%s) cannot be replaced: it is a folder, and no %s. Name another."
                .formatted(path, option, kind))
        : Optional.empty();
  }

  /** Whether one of both lies within the other. */
  boolean overlaps(Path other) {
    return isWithin(path, other) || isWithin(other, path);
  }

  private static boolean isWithin(Path path, Path folder) {
    for (Path each = path; each != null; each = each.getParent()) {
      if (each.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /** Writes a file beside the target, or into a folder, and takes it away again. */
  void probe() throws IOException {
    Path folder = Objects.requireNonNullElse(path.getParent(), path);
    Path probe = new Path(folder, ".kindling-" + UUID.randomUUID());
    try {
      fileSystem.create(probe).close();
      fileSystem.delete(probe, false);
    } catch (IOException e) {
      throw new IOException(
          "Failed to write to " + folder + " (" + option + "): " + e.getMessage(), e);
    }
  }
}
