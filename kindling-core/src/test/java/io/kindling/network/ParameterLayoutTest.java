package io.kindling.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterLayoutTest {

  private static ParameterSpec spec(String name, int... dimensions) {
    return new ParameterSpec(name, Shape.of(dimensions), Initializer.ones());
  }

  @Test
  void viewsStartAtMultiplesOfSixtyFourBytes() {
    ParameterLayout layout =
        ParameterLayout.of(List.of(spec("a", 1), spec("b", 16), spec("c", 17), spec("d", 2, 3)));
    assertThat(layout.views().stream().map(ParameterLayout.View::offset))
        .containsExactly(0, 16, 32, 64);
    assertThat(layout.size()).isEqualTo(80);
    assertThat(layout.count()).isEqualTo(1 + 16 + 17 + 6);
  }

  @Test
  void gapsHoldZeros() {
    ParameterLayout layout = ParameterLayout.of(List.of(spec("a", 3), spec("b", 1)));
    float[] values = layout.initialize(1);
    assertThat(Arrays.copyOfRange(values, 0, 3)).containsOnly(1);
    assertThat(Arrays.copyOfRange(values, 3, 16)).containsOnly(0);
    assertThat(values[16]).isEqualTo(1);
    assertThat(Arrays.copyOfRange(values, 17, 32)).containsOnly(0);
  }

  @Test
  void anEmptyLayoutTakesNoMemory() {
    assertThat(ParameterLayout.of(List.of()).initialize(0)).isEmpty();
  }

  @Test
  void startsAsAFunctionOfSeedAndNameAlone() {
    ParameterSpec kernel = new ParameterSpec("k", Shape.of(4, 4), Initializer.glorotUniform());
    ParameterLayout alone = ParameterLayout.of(List.of(kernel));
    ParameterLayout second = ParameterLayout.of(List.of(spec("a", 5), kernel));
    float[] values = second.initialize(7);
    assertThat(Arrays.copyOfRange(values, 16, 32)).isEqualTo(alone.initialize(7));
    assertThat(alone.initialize(7)).isEqualTo(alone.initialize(7));
    assertThat(alone.initialize(8)).isNotEqualTo(alone.initialize(7));
    ParameterLayout other =
        ParameterLayout.of(List.of(new ParameterSpec("l", kernel.shape(), kernel.initializer())));
    assertThat(other.initialize(7)).isNotEqualTo(alone.initialize(7));
  }

  @Test
  void rejectsTwoArraysOfOneName() {
    assertThatThrownBy(() -> ParameterLayout.of(List.of(spec("a", 1), spec("a", 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid network: two parameters are named 'a'. Give the layers different names.");
  }

  @Test
  void rejectsMoreFloatsThanAnArrayHolds() {
    assertThatThrownBy(
            () -> ParameterLayout.of(List.of(spec("a", 1 << 30), spec("b", (1 << 30) - 16))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unsupported network: its parameters pass 2147483647 floats at 'b'.");
  }

  @Test
  void namesWhatThereIsWhereSomethingIsUnknown() {
    assertThatThrownBy(() -> ParameterLayout.of(List.of(spec("a", 1))).view("b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unknown parameter 'b'. There are [a].");
  }
}
