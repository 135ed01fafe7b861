package io.kindling.spark.tfrecord;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.DefaultCodec;
import org.apache.hadoop.io.compress.GzipCodec;

/** How the bytes of a file are packed: the three ways of TensorFlow, or not at all. */
enum Compression {
  NONE("") {
    @Override
    InputStream unpacked(InputStream packed, Configuration configuration) {
      return packed;
    }

    @Override
    OutputStream packed(OutputStream to, Configuration configuration) {
      return to;
    }
  },
  GZIP(".gz") {
    @Override
    InputStream unpacked(InputStream packed, Configuration configuration) throws IOException {
      return configured(new GzipCodec(), configuration).createInputStream(packed);
    }

    @Override
    OutputStream packed(OutputStream to, Configuration configuration) throws IOException {
      return configured(new GzipCodec(), configuration).createOutputStream(to);
    }
  },
  ZLIB(".zlib") {
    @Override
    InputStream unpacked(InputStream packed, Configuration configuration) throws IOException {
      return configured(new DefaultCodec(), configuration).createInputStream(packed);
    }

    @Override
    OutputStream packed(OutputStream to, Configuration configuration) throws IOException {
      return configured(new DefaultCodec(), configuration).createOutputStream(to);
    }
  },
  SNAPPY(".snappy") {
    @Override
    InputStream unpacked(InputStream packed, Configuration configuration) throws IOException {
      return SnappyBlockInput.open(packed, configuration);
    }

    @Override
    OutputStream packed(OutputStream to, Configuration configuration) {
      return new SnappyBlockOutput(to);
    }
  };

  /** What names of files end in. */
  final String extension;

  Compression(String extension) {
    this.extension = extension;
  }

  /** Unpacks; takes ownership of {@code packed}. */
  abstract InputStream unpacked(InputStream packed, Configuration configuration) throws IOException;

  /** Packs; takes ownership of {@code to}. */
  abstract OutputStream packed(OutputStream to, Configuration configuration) throws IOException;

  /**
   * Unpacks a file by its first bytes: TensorFlow does not care for names. Those of records are
   * told by their checksum, those of gzip and zlib by their marks; blocks of Snappy have none, so
   * that a name or an option has to tell.
   *
   * @param packed the file; ownership is taken
   * @param name of the file
   */
  InputStream unpackedByContent(InputStream packed, String name, Configuration configuration)
      throws IOException {
    PushbackInputStream stream = new PushbackInputStream(packed, RecordInput.HEADER_BYTES);
    byte[] head = new byte[RecordInput.HEADER_BYTES];
    int count = stream.readNBytes(head, 0, head.length);
    stream.unread(head, 0, count);
    return ofHead(head, count, name).unpacked(stream, configuration);
  }

  private Compression ofHead(byte[] head, int count, String name) {
    if (RecordInput.isHeader(head, count) || count < 2) {
      return NONE;
    }
    int mark = (head[0] & 0xff) << 8 | (head[1] & 0xff);
    if (mark == 0x1f8b) {
      return GZIP;
    } else if (name.endsWith(SNAPPY.extension)) {
      return SNAPPY;
    }
    // RFC 1950: the method is 8, deflate, and the two bytes are a multiple of 31.
    return (head[0] & 0x0f) == 8 && mark % 31 == 0 ? ZLIB : this;
  }

  private static <T extends DefaultCodec> T configured(T codec, Configuration configuration) {
    codec.setConf(configuration);
    return codec;
  }

  /** The word in options. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
