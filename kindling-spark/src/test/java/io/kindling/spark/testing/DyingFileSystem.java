package io.kindling.spark.testing;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * This machine's files for a process that dies at a chosen call: of those that change something,
 * the n-th, and whatever the process tries after that, fails.
 *
 * <p>A folder is deleted file by file. Its rename is one act, or file by file as in an object
 * store.
 */
public final class DyingFileSystem extends RawLocalFileSystem {

  /** Whether the call at which the process dies has done its work. */
  public enum Death {
    BEFORE_THE_CALL,
    AFTER_THE_CALL
  }

  /** How a folder is renamed. */
  public enum Rename {
    AT_ONCE,
    FILE_BY_FILE
  }

  private static final String SCHEME = "dying";
  private static final List<String> CALLS = new ArrayList<>();
  private static Rename renaming = Rename.AT_ONCE;
  private static Death death = Death.BEFORE_THE_CALL;
  private static int deathAt = Integer.MAX_VALUE;
  private static boolean dead;

  private interface Call<T> {
    T run() throws IOException;
  }

  /** Makes Hadoop know it. */
  public static void register(Configuration configuration) {
    configuration.set("fs." + SCHEME + ".impl", DyingFileSystem.class.getName());
  }

  public static String uri(Path path) {
    return SCHEME + "://" + path;
  }

  /** Begins a process that does not die. */
  public static void live() {
    dieAt(Integer.MAX_VALUE, Death.BEFORE_THE_CALL);
  }

  /** Begins a process that dies at a call, counted from 1. */
  public static synchronized void dieAt(int call, Death how) {
    CALLS.clear();
    deathAt = call;
    death = how;
    dead = false;
  }

  public static synchronized void rename(Rename how) {
    renaming = how;
  }

  public static synchronized boolean isDead() {
    return dead;
  }

  /** What the process has changed, call by call. */
  public static synchronized List<String> calls() {
    return List.copyOf(CALLS);
  }

  private static <T> T change(String what, Call<T> call) throws IOException {
    synchronized (DyingFileSystem.class) {
      requireAlive();
      CALLS.add(what);
      boolean dies = CALLS.size() == deathAt;
      if (dies && death == Death.BEFORE_THE_CALL) {
        dead = true;
        requireAlive();
      }
      T result = call.run();
      if (dies) {
        dead = true;
        requireAlive();
      }
      return result;
    }
  }

  private static synchronized void requireAlive() throws IOException {
    if (dead) {
      throw new IOException("The process has died at call " + deathAt + ": " + CALLS);
    }
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
  public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
    requireAlive();
    return super.open(path, bufferSize);
  }

  @Override
  public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
    requireAlive();
    return super.getFileStatus(path);
  }

  @Override
  public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
    requireAlive();
    FileStatus[] found = super.listStatus(path);
    Arrays.sort(found);
    return found;
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
    return create(path, overwrite, bufferSize, replication, blockSize, progress);
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
    return change(
        "create " + path.getName(),
        () -> {
          super.create(path, overwrite, bufferSize, replication, blockSize, progress).close();
          // Without a buffer, which closing it after the death would empty.
          OutputStream file = new FileOutputStream(pathToFile(path), true);
          return new FSDataOutputStream(new DyingStream(path.getName(), file), null);
        });
  }

  private static final class DyingStream extends OutputStream {
    private final String name;
    private final OutputStream file;
    private boolean closed;

    DyingStream(String name, OutputStream file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      change(
          "write " + name,
          () -> {
            file.write(bytes, from, count);
            return count;
          });
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try (file) {
        change("close " + name, () -> name);
      }
    }
  }

  @Override
  public FSDataOutputStream append(
      org.apache.hadoop.fs.Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("Object stores append nothing.");
  }

  @Override
  public boolean mkdirs(org.apache.hadoop.fs.Path path) throws IOException {
    return change("mkdirs " + path.getName(), () -> super.mkdirs(path));
  }

  /** Nobody asks for them, and without Hadoop's native library each costs a process. */
  @Override
  public void setPermission(org.apache.hadoop.fs.Path path, FsPermission permission) {}

  @Override
  public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
    requireAlive();
    if (recursive && exists(path) && getFileStatus(path).isDirectory()) {
      for (FileStatus each : listStatus(path)) {
        delete(each.getPath(), true);
      }
    }
    return change("delete " + path.getName(), () -> super.delete(path, recursive));
  }

  @Override
  public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
      throws IOException {
    requireAlive();
    if (renaming == Rename.AT_ONCE || !getFileStatus(from).isDirectory()) {
      String what = "rename " + from.getName() + " to " + to.getName();
      return change(what, () -> super.rename(from, to));
    }
    copy(from, to);
    return delete(from, true);
  }

  private void copy(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
      throws IOException {
    mkdirs(to);
    for (FileStatus each : listStatus(from)) {
      org.apache.hadoop.fs.Path target =
          new org.apache.hadoop.fs.Path(to, each.getPath().getName());
      if (each.isDirectory()) {
        copy(each.getPath(), target);
      } else {
        change(
            "copy " + each.getPath().getName(),
            () -> Files.copy(pathToFile(each.getPath()).toPath(), pathToFile(target).toPath()));
      }
    }
  }
}
