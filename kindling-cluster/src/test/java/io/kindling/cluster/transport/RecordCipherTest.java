package io.kindling.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCipherTest {

  private static final String JAVA = "SunJCE";

  private final byte[] secret = Secret.randomBytes(32);
  private final Handshake.SessionKey key = new Handshake.SessionKey(secret);

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = "amd64",
      disabledReason = "no native code comes for others")
  void isComputedNatively() {
    assertThat(AesGcm.cipher().getProvider().getName()).isEqualTo("AmazonCorrettoCryptoProvider");
  }

  /** Two records, so that the second's number is in its nonce. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 4096, 65_536, 1_000_003})
  void makesTheBytesOfJavasOwn(int length) throws Exception {
    RecordCipher sealing = RecordCipher.sealing(key);
    RecordCipher opening = RecordCipher.opening(key);
    for (int number = 0; number < 2; number++) {
      byte[] frame = bytes(length, number);

      ByteBuffer record = ByteBuffer.allocate(length + RecordCipher.TAG_BYTES);
      sealing.seal(ByteBuffer.wrap(frame), record);
      assertThat(record.array()).isEqualTo(java(Cipher.ENCRYPT_MODE, number).doFinal(frame));

      ByteBuffer opened = ByteBuffer.allocate(length);
      opening.open(record.flip(), opened);
      assertThat(opened.array()).isEqualTo(frame);
    }
  }

  @Test
  void opensNoRecordTwiceOrOutOfOrder() throws Exception {
    RecordCipher sealing = RecordCipher.sealing(key);
    RecordCipher opening = RecordCipher.opening(key);
    ByteBuffer first = ByteBuffer.allocate(8 + RecordCipher.TAG_BYTES);
    sealing.seal(ByteBuffer.wrap(bytes(8, 1)), first);
    opening.open(first.flip(), ByteBuffer.allocate(8));
    assertThatThrownBy(() -> opening.open(first.rewind(), ByteBuffer.allocate(8)))
        .as("again")
        .isInstanceOf(AEADBadTagException.class);
    ByteBuffer second = ByteBuffer.allocate(8 + RecordCipher.TAG_BYTES);
    sealing.seal(ByteBuffer.wrap(bytes(8, 2)), second);
    assertThatThrownBy(() -> RecordCipher.opening(key).open(second.flip(), ByteBuffer.allocate(8)))
        .as("before the first")
        .isInstanceOf(AEADBadTagException.class);
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private Cipher java(int mode, long number) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", JAVA);
    byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(number).array();
    cipher.init(mode, new SecretKeySpec(secret, "AES"), new GCMParameterSpec(128, nonce));
    return cipher;
  }
}
