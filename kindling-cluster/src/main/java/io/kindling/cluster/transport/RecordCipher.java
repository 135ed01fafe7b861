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
 *
 * <p>Frames lie in arrays, because Java 17's cipher goes through direct buffers in small pieces, at
 * half the speed, and so does that of AWS-LC ({@link AesGcm}).
 */
final class RecordCipher {

  static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;

  private final int mode;
  private final SecretKeySpec key;
  private final Cipher cipher;
  private byte[] sealed = new byte[0];
  private long records;

  private RecordCipher(int mode, Handshake.SessionKey key) {
    this.mode = mode;
    this.key = new SecretKeySpec(key.bytes(), "AES");
    this.cipher = AesGcm.cipher();
  }

  static RecordCipher sealing(Handshake.SessionKey key) {
    return new RecordCipher(Cipher.ENCRYPT_MODE, key);
  }

  static RecordCipher opening(Handshake.SessionKey key) {
    return new RecordCipher(Cipher.DECRYPT_MODE, key);
  }

  /** Seals all that remains of a frame, which lies in an array, as the next record. */
  void seal(ByteBuffer frame, ByteBuffer record) throws GeneralSecurityException {
    init();
    int length = frame.remaining() + TAG_BYTES;
    makeRoom(length);
    cipher.doFinal(
        frame.array(), frame.arrayOffset() + frame.position(), frame.remaining(), sealed, 0);
    record.put(sealed, 0, length);
  }

  /** Opens all that remains of the next record as a frame, which gets its place in an array. */
  void open(ByteBuffer record, ByteBuffer frame) throws GeneralSecurityException {
    init();
    int length = record.remaining();
    makeRoom(length);
    record.get(sealed, 0, length);
    int opened = cipher.doFinal(sealed, 0, length, frame.array(), frame.arrayOffset());
    frame.position(0).limit(opened);
  }

  private void init() throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(records).array();
    records++;
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
  }

  private void makeRoom(int bytes) {
    if (sealed.length < bytes) {
      sealed = new byte[Integer.highestOneBit(bytes) << 1];
    }
  }
}
