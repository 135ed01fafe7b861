package io.kindling.spark.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * This machine's files, on a disk with only so much room: a disk that is really full takes rights
 * to mount one.
 */
public final class FullFileSystem extends RawLocalFileSystem {

  private static final String SCHEME = "full";
  private static final AtomicLong ROOM = new AtomicLong(Long.MAX_VALUE);

  /** Makes Hadoop know it. */
  public static void register(Configuration configuration) {
    configuration.set("fs." + SCHEME + ".impl", FullFileSystem.class.getName());
  }

  /** So many bytes may still be written. */
  public static void leave(long bytes) {
    ROOM.set(bytes);
  }

  public static String uri(Path path) {
    return SCHEME + "://" + path;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return limited(
        super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      org.apache.hadoop.fs.Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return limited(super.create(path, overwrite, bufferSize, replication, blockSize, progress));
  }

  private static FSDataOutputStream limited(OutputStream file) throws IOException {
    return new FSDataOutputStream(
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int from, int count) throws IOException {
            if (ROOM.addAndGet(-count) < 0) {
              throw new IOException("No space left on device");
            }
            file.write(bytes, from, count);
          }

          @Override
          public void close() throws IOException {
            file.close();
          }
        },
        null);
  }
}
