package io.kindling.spark.tfrecord;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of a file that can be read: a damaged one ends the reading or is told and passed by,
 * as the options say. Belongs to one thread.
 *
 * <p>Trouble on the way to the file is no damage: a file system's exceptions pass all this
 * unchanged.
 */
final class RecordFile implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);

  /** A file that is damaged throughout fills no log. */
  private static final int MOST_WARNINGS = 10;

  private final Path path;
  private final TfRecordOptions options;
  private final Skipped skipped;
  private final RecordInput input;
  private int warnings;
  private boolean isDone;

  /** Hears of what is passed by. */
  interface Skipped {
    void record();

    void restOfFile();
  }

  /** What is to be done with a record. */
  interface Use {
    void record(byte[] bytes, int start, int length) throws CorruptRecordException;
  }

  private RecordFile(Path path, TfRecordOptions options, Skipped skipped, RecordInput input) {
    this.path = path;
    this.options = options;
    this.skipped = skipped;
    this.input = input;
  }

  /**
   * Opens a file on any Hadoop file system.
   *
   * @param skipped used where the options say that damage is passed by
   */
  static RecordFile open(
      Path path, Configuration configuration, TfRecordOptions options, Skipped skipped)
      throws IOException {
    InputStream file = new OnTheWay(path.getFileSystem(configuration).open(path));
    try {
      InputStream stream =
          options.compression().unpackedByContent(file, path.getName(), configuration);
      return new RecordFile(
          path, options, skipped, new RecordInput(stream, options.maxRecordBytes()));
    } catch (UncheckedIOException e) {
      file.close();
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Moves on until a record could be used; false at the end.
   *
   * @throws CorruptRecordException with the file's name, if a record is damaged and the options say
   *     so
   * @throws IllegalArgumentException with the file's name, if the use throws one
   */
  boolean next(Use use) throws IOException {
    while (!isDone) {
      try {
        if (!advance()) {
          isDone = true;
          return false;
        }
        use.record(input.bytes(), input.start(), input.length());
        return true;
      } catch (CorruptRecordException e) {
        pass(e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(e.getMessage() + place(), e);
      }
    }
    return false;
  }

  private boolean advance() throws IOException {
    try {
      return input.next();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CorruptRecordException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // of what unpacks; Hadoop's throws both
      throw CorruptRecordException.ofRest("its file cannot be unpacked: " + e.getMessage(), e);
    }
  }

  private void pass(CorruptRecordException damage) throws CorruptRecordException {
    isDone = damage.isLast();
    String sentence = "A record is damaged: " + damage.getMessage() + "." + place();
    if (!options.skipsCorrupt()) {
      throw CorruptRecordException.ofRest(
          sentence + " The option onCorrupt=skip passes damaged records by, and counts them.",
          damage);
    }
    if (damage.isLast()) {
      skipped.restOfFile();
      LOG.warn("{} The rest of the file was skipped.", sentence);
    } else {
      skipped.record();
      warn(sentence);
    }
  }

  private void warn(String sentence) {
    if (++warnings <= MOST_WARNINGS) {
      LOG.warn(
          "{} It was skipped.{}",
          sentence,
          warnings == MOST_WARNINGS ? " Others of this file are counted only." : "");
    }
  }

  private String place() {
    return " It begins at byte %d of the records in %s.".formatted(input.position(), path);
  }

  @Override
  public void close() throws IOException {
    isDone = true;
    input.close();
  }

  /**
   * Tells what the file system throws from what is wrong with the bytes. Its checksums are for the
   * bytes.
   */
  private static final class OnTheWay extends FilterInputStream {

    OnTheWay(InputStream file) {
      super(file);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (ChecksumException e) {
        throw e;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int read(byte[] bytes, int start, int count) throws IOException {
      try {
        return super.read(bytes, start, count);
      } catch (ChecksumException e) {
        throw e;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
