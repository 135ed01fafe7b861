package io.kindling.cluster.transport;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One direction of an encrypted link: AES-256-GCM with the number of the record as its nonce.
 *
 * <p>The key belongs to this direction of this link alone and every record has the next number, so
 * no nonce repeats, and a record that is lost, repeated or moved does not open.
 */
final class RecordCipher {

  static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;

  private final int mode;
  private final SecretKeySpec key;
  private final Cipher cipher;
  private long records;

  private RecordCipher(int mode, Handshake.SessionKey key) {
    this.mode = mode;
    this.key = new SecretKeySpec(key.bytes(), "AES");
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has AES/GCM/NoPadding.", e);
    }
  }

  static RecordCipher sealing(Handshake.SessionKey key) {
    return new RecordCipher(Cipher.ENCRYPT_MODE, key);
  }

  static RecordCipher opening(Handshake.SessionKey key) {
    return new RecordCipher(Cipher.DECRYPT_MODE, key);
  }

  /** Seals or opens all that remains of the input as the next record. */
  void process(ByteBuffer input, ByteBuffer output) throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(records).array();
    records++;
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.doFinal(input, output);
  }
}
