package io.kindling.cluster.transport;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What every party of a job knows and nobody else: 256 random bits.
 *
 * <p>Send it only over channels that are as safe as the data. It never appears in text.
 */
public final class Secret {

  /** 256 bits, the strength of HMAC-SHA256. */
  public static final int BYTES = 32;

  private static final String HMAC = "HmacSHA256";

  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A new secret from the system's secure random numbers. */
  public static Secret random() {
    return new Secret(randomBytes(BYTES));
  }

  /** The secret that {@link #toBytes()} gave on another machine. */
  public static Secret of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "Invalid secret of " + bytes.length + " bytes. Use " + BYTES + ".");
    }

    return new Secret(bytes.clone());
  }

  /** The secret itself, to be sent to a member of the job. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** HMAC-SHA256 of the parts, one after another; callers keep every part at a fixed length. */
  byte[] mac(byte[]... parts) {
    return hmac(bytes, parts);
  }

  /**
   * HKDF (RFC 5869) with SHA-256 and one block of output: {@code HMAC(HMAC(salt, secret), info |
   * 1)}.
   */
  byte[] deriveKey(byte[] salt, byte[] info) {
    byte[] pseudoRandomKey = hmac(salt, bytes);
    return hmac(pseudoRandomKey, info, new byte[] {1});
  }

  private static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      for (byte[] part : parts) {
        mac.update(part);
      }

      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + HMAC + ".", e);
    }
  }

  @Override
  public String toString() {
    return "Secret[256 bits]";
  }
}
