package io.kindling.spark.tfrecord;

import java.util.zip.CRC32C;

/**
 * TFRecord's checksum: CRC-32C (RFC 3720), rotated right by 15 bits, plus 0xa282ead8; so that the
 * checksum of bytes that hold checksums is none of theirs.
 */
final class MaskedCrc {

  private static final int DELTA = 0xa282ead8;

  private final CRC32C crc = new CRC32C();

  int of(byte[] bytes, int from, int length) {
    crc.reset();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + DELTA;
  }
}
