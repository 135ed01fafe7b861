package io.kindling.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitializerTest {

  private static final Shape DENSE = Shape.of(200, 300);
  private static final Shape CONVOLUTION = Shape.of(5, 5, 20, 60);

  /** Initializer, shape, variance, and the largest absolute value, if there is one. */
  static Stream<Arguments> scalings() {
    return Stream.of(
        Arguments.of(Initializer.glorotUniform(), DENSE, 2.0 / 500, Math.sqrt(6.0 / 500)),
        Arguments.of(Initializer.glorotNormal(), DENSE, 2.0 / 500, Double.POSITIVE_INFINITY),
        Arguments.of(Initializer.heUniform(), DENSE, 2.0 / 200, Math.sqrt(6.0 / 200)),
        Arguments.of(Initializer.heNormal(), DENSE, 2.0 / 200, Double.POSITIVE_INFINITY),
        Arguments.of(Initializer.glorotUniform(), CONVOLUTION, 2.0 / 2000, Math.sqrt(6.0 / 2000)),
        Arguments.of(Initializer.heNormal(), CONVOLUTION, 2.0 / 500, Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @MethodSource("scalings")
  void hasTheVarianceOfItsPaper(
      Initializer initializer, Shape shape, double variance, double largest) {
    int n = shape.size();
    float[] values = new float[n + 2];
    initializer.fill(values, 1, shape, 42);
    double sum = 0;
    double squares = 0;
    double max = 0;
    for (int i = 1; i <= n; i++) {
      sum += values[i];
      squares += (double) values[i] * values[i];
      max = Math.max(max, Math.abs(values[i]));
    }
    // Six standard errors of a mean and, for a normal distribution, of a variance.
    assertThat(sum / n).isCloseTo(0, within(6 * Math.sqrt(variance / n)));
    assertThat(squares / n).isCloseTo(variance, within(6 * variance * Math.sqrt(2.0 / n)));
    assertThat(max).isLessThanOrEqualTo(largest * (1 + 1e-6));
    if (largest < Double.POSITIVE_INFINITY) {
      assertThat(max).isGreaterThan(0.999 * largest);
    }
    assertThat(values[0]).isZero();
    assertThat(values[n + 1]).isZero();
  }

  @ParameterizedTest
  @MethodSource("scalings")
  void isAFunctionOfTheSeed(Initializer initializer, Shape shape) {
    assertThat(filled(initializer, shape, 1)).isEqualTo(filled(initializer, shape, 1));
    assertThat(filled(initializer, shape, 1)).isNotEqualTo(filled(initializer, shape, 2));
  }

  private static float[] filled(Initializer initializer, Shape shape, long seed) {
    float[] values = new float[shape.size()];
    initializer.fill(values, 0, shape, seed);
    return values;
  }

  @Test
  void fillsWithGivenNumbers() {
    assertThat(filled(Initializer.zeros(), Shape.of(2), 1)).containsExactly(0, 0);
    assertThat(filled(Initializer.ones(), Shape.of(2), 1)).containsExactly(1, 1);
    assertThat(filled(Initializer.constant(2.5f), Shape.of(2), 1)).containsExactly(2.5f, 2.5f);
    assertThat(filled(Initializer.values(3, 4), Shape.of(2, 1), 1)).containsExactly(3, 4);
  }

  @Test
  void rejectsGivenNumbersOfAnotherCount() {
    assertThatThrownBy(() -> filled(Initializer.values(3, 4), Shape.of(3), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid initializer: 2 values for an array of shape [3].");
  }
}
