package io.kindling.spark.job;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hides the bytes of one file that is written once and read at any place: AES-256 in counter mode,
 * where the counter is the number of the 16 bytes in the file. A key serves one file only, so that
 * no counter is used twice, and never leaves memory. As with Spark's own encryption of temporary
 * files, which is the same mode but as a stream that has to be read from its start, bytes are
 * hidden and not signed.
 */
final class SpillCipher {

  private static final int KEY_BYTES = 32;
  private static final int BLOCK = 16;

  private final SecretKeySpec key;

  private SpillCipher(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  static SpillCipher withRandomKey() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new SpillCipher(key);
  }

  /**
   * Encrypts bytes in place, or decrypts them, which is the same.
   *
   * @param position in the file of the first
   */
  void apply(long position, byte[] bytes, int from, int count) {
    byte[] counter = ByteBuffer.allocate(BLOCK).putLong(Long.BYTES, position / BLOCK).array();
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
      int skipped = (int) (position % BLOCK);
      cipher.update(new byte[skipped], 0, skipped);
      cipher.doFinal(bytes, from, count, bytes, from);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "Failed to encrypt rows; this Java has no AES in counter mode", e);
    }
  }
}
