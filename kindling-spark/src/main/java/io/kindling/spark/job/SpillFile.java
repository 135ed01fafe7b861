package io.kindling.spark.job;

import io.kindling.spark.column.RowBlock;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Rows on a disk: all of one size, each with its columns one behind the other, so that one read
 * brings one row. First it is appended to, by one thread; once it is finished, any number of
 * threads read. Gone when closed.
 *
 * <p>An interrupt of a thread that reads closes the file, as Java's channels do; whoever interrupts
 * wants the worker to end.
 */
final class SpillFile implements AutoCloseable {

  /** Rows go to the disk in writes of this size, or of one row where that is larger. */
  private static final int WRITE_BYTES = 256 << 10;

  private final Path path;
  private final FileChannel channel;
  private final int rowBytes;
  private final Optional<SpillCipher> cipher;
  private ByteBuffer pending;
  private long written;
  private int rows;

  private SpillFile(Path path, FileChannel channel, int rowBytes, Optional<SpillCipher> cipher) {
    this.path = path;
    this.channel = channel;
    this.rowBytes = rowBytes;
    this.cipher = cipher;
    this.pending = ByteBuffer.allocate(Math.max(1, WRITE_BYTES / rowBytes) * rowBytes);
  }

  /**
   * Makes the file.
   *
   * @param encrypted whether its rows are encrypted, with a key that is kept in memory alone
   */
  static SpillFile create(Path path, int rowBytes, boolean encrypted) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new SpillFile(
        path,
        channel,
        rowBytes,
        encrypted ? Optional.of(SpillCipher.withRandomKey()) : Optional.empty());
  }

  int rowBytes() {
    return rowBytes;
  }

  /** Appends the rows of a block; returns the number of the first. */
  int append(RowBlock block) throws IOException {
    int first = rows;
    for (int row = 0; row < block.rows(); row++) {
      if (!pending.hasRemaining()) {
        flush();
      }
      block.appendRow(row, pending);
    }
    rows = Math.addExact(rows, block.rows());
    return first;
  }

  /** Ends the appending. */
  void finish() throws IOException {
    flush();
    pending = null;
  }

  private void flush() throws IOException {
    pending.flip();
    int length = pending.remaining();
    cipher.ifPresent(each -> each.apply(written, pending.array(), 0, length));
    while (pending.hasRemaining()) {
      channel.write(pending);
    }
    written += length;
    pending.clear();
  }

  /**
   * Reads {@code count} rows that lie behind each other to a buffer, from its position on. Without
   * encryption a direct buffer saves a copy.
   */
  void read(int row, int count, ByteBuffer target) throws IOException {
    if (cipher.isPresent()) {
      byte[] rows = new byte[count * rowBytes];
      readPlain(row, count, ByteBuffer.wrap(rows));
      cipher.get().apply((long) row * rowBytes, rows, 0, rows.length);
      target.put(rows);
    } else {
      readPlain(row, count, target);
    }
  }

  private void readPlain(int row, int count, ByteBuffer target) throws IOException {
    long position = (long) row * rowBytes;
    long end = position + (long) count * rowBytes;
    int limit = target.limit();
    target.limit(target.position() + count * rowBytes);
    while (position < end) {
      int length = channel.read(target, position);
      if (length < 0) {
        throw new EOFException("the file ends before row " + (row + count));
      }
      position += length;
    }
    target.limit(limit);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(path);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
