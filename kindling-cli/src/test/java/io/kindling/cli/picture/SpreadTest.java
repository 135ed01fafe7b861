package io.kindling.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void gathersStepsIntoStretches() {
    double[] values = IntStream.range(0, 22).mapToDouble(i -> i < 11 ? i : 100).toArray();
    Spread spread = Spread.of(values, 2);

    assertThat(spread.low()).containsExactly(1, 100);
    assertThat(spread.middle()).containsExactly(5, 100);
    assertThat(spread.high()).containsExactly(9, 100);
  }

  @Test
  void hasNoValueWhereNoStepHasOne() {
    double[] values = {1, 1, Double.NaN, Double.NEGATIVE_INFINITY};

    assertThat(Spread.of(values, 2).middle()).containsExactly(1, Double.NaN);
  }
}
