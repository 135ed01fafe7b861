package io.kindling.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SeveralSeedsTest {

  @Test
  void theErrorOfTheMeanIsTheDeviationOverTheRootOfTheCount() {
    SeveralSeeds seeds = new SeveralSeeds(List.of(1.0, 2.0, 3.0, 6.0));

    assertThat(seeds.mean()).isEqualTo(3);
    // Squares 4 + 1 + 0 + 9 over 3, and over 4.
    assertThat(seeds.standardError()).isCloseTo(Math.sqrt(14.0 / 12), Offset.offset(1e-12));
    assertThat(seeds.worst(Comparator.reverseOrder())).isEqualTo(6);
  }

  @Test
  void showsTheErrorInOnePlaceMoreThanTheMean() {
    assertThat(new SeveralSeeds(List.of(0.9871, 0.9877, 0.988))).hasToString("0.9876 ± 0.00026");
    assertThat(new SeveralSeeds(List.of(1570.2, 1570.2))).hasToString("1570 ± 0");
    assertThat(new SeveralSeeds(List.of(0.5))).hasToString("0.5000");
  }
}
