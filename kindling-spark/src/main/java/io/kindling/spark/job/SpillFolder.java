package io.kindling.spark.job;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import org.apache.spark.SparkEnv;

/**
 * A folder for the rows that a worker does not keep in memory, which only its owner may read; made
 * when the first file is, gone with all files when closed. In one of Spark's local directories, so
 * that Spark removes what a killed executor leaves.
 */
final class SpillFolder implements AutoCloseable {

  private final Path parent;
  private final boolean encrypted;
  private Path path;

  /**
   * @param parent an existing directory
   * @param encrypted whether rows must not lie there in the clear
   */
  SpillFolder(Path parent, boolean encrypted) {
    this.parent = parent;
    this.encrypted = encrypted;
  }

  /** In the local directory of this executor that has the most room. */
  static SpillFolder ofSpark(SparkEnv env) {
    Path roomiest =
        Arrays.stream(env.blockManager().diskBlockManager().localDirs())
            .max(Comparator.comparingLong(File::getUsableSpace))
            .orElseThrow()
            .toPath();
    return new SpillFolder(roomiest, env.conf().getBoolean("spark.io.encryption.enabled", false));
  }

  /** Where it is; makes it if need be. */
  Path path() throws IOException {
    if (path == null) {
      boolean posix = parent.getFileSystem().supportedFileAttributeViews().contains("posix");
      path =
          Files.createTempDirectory(
              parent,
              "kindling-rows-",
              posix
                  ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rwx------"))
                  }
                  : new FileAttribute<?>[0]);
    }
    return path;
  }

  /** A new file for rows of so many bytes; the caller closes it. */
  SpillFile newFile(String name, int rowBytes) throws IOException {
    return SpillFile.create(path().resolve(name), rowBytes, encrypted);
  }

  /** What to tell about a write that failed. */
  IOException describe(String rows, long bytes, IOException cause) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "Failed to write %s to %s: %s. %,d bytes were wanted there and %,d are free. Rows go to a disk where a worker's"
                + " memory for rows ends: point spark.local.dir (SPARK_LOCAL_DIRS; on YARN its local directories) at a disk"
                + " with more room, or let more rows stay in memory, with rowMemory and spark.executor.memory.",
            rows,
            path == null ? parent : path,
            cause.getMessage(),
            bytes,
            parent.toFile().getUsableSpace()),
        cause);
  }

  @Override
  public void close() throws IOException {
    if (path == null) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(path);
    path = null;
  }
}
