package io.kindling.predict.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.predict.ModelLimits;
import io.kindling.predict.RefusedModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireMessageTest {

  private static WireMessage message(byte[] bytes, ModelLimits limits) {
    WireBudget budget = new WireBudget(Path.of("m.pb"), bytes.length, limits);
    return WireMessage.of(ByteBuffer.wrap(bytes), budget, "Outer");
  }

  private static WireMessage message(String hex) {
    return message(HexFormat.of().parseHex(hex), ModelLimits.defaults());
  }

  @Test
  void readsEveryKindOfField() {
    WireMessage message =
        message("0896011203616263" + "1d0000803f" + "21000000000000f03f" + "2a020803");
    assertThat(message.next()).isTrue();
    assertThat(message.field()).isEqualTo(1);
    assertThat(message.number()).isEqualTo(150);
    assertThat(message.next()).isTrue();
    assertThat(message.text()).isEqualTo("abc");
    assertThat(message.next()).isTrue();
    assertThat(Float.intBitsToFloat((int) message.number())).isEqualTo(1);
    assertThat(message.next()).isTrue();
    assertThat(Double.longBitsToDouble(message.number())).isEqualTo(1);
    assertThat(message.next()).isTrue();
    WireMessage inner = message.message("Inner");
    assertThat(inner.next()).isTrue();
    assertThat(inner.number()).isEqualTo(3);
    assertThat(inner.next()).isFalse();
    assertThat(message.next()).isFalse();
  }

  @Test
  void readsRepeatedNumbersPackedOrNot() {
    List<Long> numbers = new ArrayList<>();
    WireMessage message = message("0801" + "0a03020304" + "0805");
    while (message.next()) {
      message.numbers(numbers::add);
    }
    assertThat(numbers).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0a05616263               | truncated: field 1 of Outer declares 5 bytes where 3 are left
          0affffffff0f             | size: field 1 of Outer declares 4294967295 bytes where 0 are left
          0affffffffffffffffff01   | size: field 1 of Outer declares 18446744073709551615 bytes where 0 are left
          08ffffffffffffffffffff01 | content: Outer has a number of more than ten bytes
          0880                     | truncated: Outer ends within a number
          0d0000                   | truncated: field 1 of Outer declares 4 bytes where 2 are left
          0b                       | content: field 1 of Outer has wire type 3
          00                       | content: Outer has a field numbered 0
          """)
  void refusesWhatIsNoField(String hex, String text) {
    WireMessage message = message(hex);
    assertThatThrownBy(message::next)
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining(text);
  }

  @Test
  void refusesMessagesWithinTooManyMessages() {
    byte[] bytes = new byte[0];
    for (int i = 0; i < 60; i++) {
      byte[] outer = new byte[bytes.length + 2];
      outer[0] = 0x0a;
      outer[1] = (byte) bytes.length;
      System.arraycopy(bytes, 0, outer, 2, bytes.length);
      bytes = outer;
    }
    byte[] nested = bytes;
    assertThat(depth(message(nested, ModelLimits.defaults()))).isEqualTo(61);
    assertThatThrownBy(() -> depth(message(nested, ModelLimits.defaults().withDepth(20))))
        .hasMessageContaining("depth: Inner lies within more than 20 messages");
  }

  private static int depth(WireMessage message) {
    return message.next() ? 1 + depth(message.message("Inner")) : 1;
  }

  @Test
  void refusesAFileThatIsTooLong(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("long.pb"), new byte[1000]);
    WireBudget budget = new WireBudget(file, 1000, ModelLimits.defaults().withDefinitionBytes(999));
    assertThatThrownBy(() -> WireMessage.read(file, budget))
        .hasMessageContaining("'long.pb' has 1000 bytes, more than 999");
  }

  @Test
  void refusesTensorsThatDeclareMoreThanTheFileMayHold() {
    WireBudget budget = new WireBudget(Path.of("m"), 10, ModelLimits.defaults().withRatio(2));
    budget.declare("a", 64 << 20);
    assertThatThrownBy(() -> budget.declare("b", Long.MAX_VALUE))
        .hasMessageContaining("size: tensor 'b' declares 9223372036854775807 bytes");
  }

  @Test
  void anyBytesAreReadOrRefused() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      walk(message(bytes, ModelLimits.defaults().withDepth(5)));
    }
  }

  private static void walk(WireMessage message) {
    try {
      while (message.next()) {
        if (message.hasLength()) {
          walk(message.message("Inner"));
        }
      }
    } catch (RefusedModelException e) {
      assertThat(e.findings()).hasSize(1);
    }
  }
}
