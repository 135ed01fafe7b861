package io.kindling.spark.storage;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder that appears all at once. Its content is written to a neighbour, which is renamed when
 * it is complete; a folder that is replaced is moved aside first and deleted last, so that at every
 * moment the old or the new one is whole on disk.
 */
final class CompleteFolder {

  /** Writes the content of a folder. */
  @FunctionalInterface
  interface Content {
    void writeTo(Path folder) throws IOException;
  }

  private final FileSystem fileSystem;
  private final Path target;

  CompleteFolder(String target, Configuration configuration) throws IOException {
    Path path = new Path(target);
    this.fileSystem = path.getFileSystem(configuration);
    this.target = path.makeQualified(fileSystem.getUri(), fileSystem.getWorkingDirectory());
  }

  /**
   * Writes the folder.
   *
   * @throws IOException if it exists already
   */
  void write(Content content) throws IOException {
    if (fileSystem.exists(target)) {
      throw new FileAlreadyExistsException(
          "Failed to save to "
              + target
              + ": the path exists. Use write().overwrite().save(path) to replace it.");
    }
    overwrite(content);
  }

  /** Writes the folder in the place of what may stand there. */
  void overwrite(Content content) throws IOException {
    Path fresh = neighbour("new");
    Path old = neighbour("old");
    try {
      content.writeTo(fresh);
      boolean replaces = fileSystem.exists(target);
      if (replaces) {
        rename(target, old);
      }
      try {
        rename(fresh, target);
      } catch (IOException e) {
        if (replaces) {
          rename(old, target);
        }
        throw e;
      }
      fileSystem.delete(old, true);
    } finally {
      fileSystem.delete(fresh, true);
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
