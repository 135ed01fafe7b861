package io.kindling.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PaddedRowTest {

  /** What is left of −1 is padding. */
  private static int[] padded(long[] shape, long[] larger) {
    int[] elements =
        new int[Arrays.stream(larger).mapToInt(Math::toIntExact).reduce(1, (a, b) -> a * b)];
    Arrays.fill(elements, -1);
    new PaddedRow(shape, larger)
        .forEachRun(
            (from, to, length) -> {
              for (int i = 0; i < length; i++) {
                elements[to + i] = from + i;
              }
            });
    return elements;
  }

  @Test
  void aRowBeginsTheLargerArrayAlongEachAxis() {
    assertThat(padded(new long[] {2}, new long[] {4})).containsExactly(0, 1, -1, -1);
    assertThat(padded(new long[] {2, 2}, new long[] {3, 3}))
        .containsExactly(0, 1, -1, 2, 3, -1, -1, -1, -1);
    assertThat(padded(new long[] {2, 1, 2}, new long[] {2, 2, 2}))
        .containsExactly(0, 1, -1, -1, 2, 3, -1, -1);
    assertThat(padded(new long[] {}, new long[] {})).containsExactly(0);
    assertThat(padded(new long[] {0, 2}, new long[] {1, 2})).containsExactly(-1, -1);
  }
}
