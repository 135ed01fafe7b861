package io.kindling.spark.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cluster.transport.Secret;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the searches of other tests would find a secret where there is one. */
class KnownRandomnessTest {

  @Test
  void knowsTheSecretsOfJobs() {
    try (KnownRandomness known = KnownRandomness.open()) {
      byte[] secret = Secret.random().toBytes();
      assertThat(known.drawn()).hasSize(1);
      assertThat(known.drawn().get(0)).isEqualTo(secret);
    }
  }

  @Test
  void findsThemInEveryForm() {
    byte[] secret = Secret.random().toBytes();
    for (byte[] form :
        List.of(
            secret,
            HexFormat.of().formatHex(secret).getBytes(UTF_8),
            Base64.getEncoder().encodeToString(secret).getBytes(UTF_8),
            Arrays.toString(secret).getBytes(UTF_8))) {
      byte[] text = new byte[100 + form.length];
      System.arraycopy(form, 0, text, 50, form.length);
      assertThatThrownBy(() -> KnownRandomness.assertHoldsNone("A log", text, List.of(secret)))
          .hasMessage("A log holds 256 bits that are to be secret");
    }
    assertThatCode(() -> KnownRandomness.assertHoldsNone("A log", new byte[100], List.of(secret)))
        .doesNotThrowAnyException();
  }
}
