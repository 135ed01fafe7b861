package io.kindling.tensorflow.predict;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnappyBlockTest {

  private static Optional<String> unpacked(String packed) {
    return SnappyBlock.unpacked(ByteBuffer.wrap(packed.getBytes(ISO_8859_1)))
        .map(bytes -> ISO_8859_1.decode(bytes).toString());
  }

  @Test
  void unpacksPiecesOfEveryKind() {
    assertThat(unpacked("\u0000")).contains("");
    assertThat(unpacked("\u0003\u0008abc")).contains("abc");
    assertThat(unpacked("\u0003\u00f0\u0002abc")).contains("abc");
    assertThat(unpacked("\u0007\u0008abc\u0001\u0003")).contains("abcabca");
    assertThat(unpacked("\u0008\u0008abc\u0012\u0003\u0000")).contains("abcabcab");
    assertThat(unpacked("\u0005\u0000a\u000f\u0001\u0000\u0000\u0000")).contains("aaaaa");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
        "\u00ff\u00ff\u00ff\u00ff\u0007\u0000a",
        "\u0003\u0008ab",
        "\u0002\u0008abc",
        "\u0004\u0008abc",
        "\u0007\u0008abc\u0001\u0004",
        "\u0007\u0008abc\u0001\u0000",
        "\u0003\u00fc\u00ff\u00ff\u00ff\u00ffabc"
      })
  void refusesWhatIsDamaged(String packed) {
    assertThat(unpacked(packed)).isEmpty();
  }
}
