package io.kindling.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {

  @Test
  void aConstantStays() {
    assertThat(LearningRate.constant(0.1).at(0)).isEqualTo(0.1);
    assertThat(LearningRate.constant(0.1).at(1_000_000)).isEqualTo(0.1);
  }

  @Test
  void aCosineFallsFromTheFirstRateToZeroAndStaysThere() {
    LearningRate cosine = LearningRate.cosine(0.2, 100);
    assertThat(cosine.at(0)).isEqualTo(0.2);
    assertThat(cosine.at(25)).isCloseTo(0.2 * (1 + Math.sqrt(0.5)) / 2, within(1e-15));
    assertThat(cosine.at(50)).isCloseTo(0.1, within(1e-15));
    assertThat(cosine.at(75)).isCloseTo(0.2 * (1 - Math.sqrt(0.5)) / 2, within(1e-15));
    assertThat(cosine.at(100)).isZero();
    assertThat(cosine.at(1_000)).isZero();
  }

  @Test
  void aCosineMayEndAtAShareOfTheFirstRate() {
    LearningRate cosine = new LearningRate.Cosine(1, 10, 0.1);
    assertThat(cosine.at(0)).isEqualTo(1);
    assertThat(cosine.at(5)).isCloseTo(0.55, within(1e-15));
    assertThat(cosine.at(10)).isCloseTo(0.1, within(1e-15));
  }

  @Test
  void aScheduleKeepsItsFormFromAnotherFirstRate() {
    assertThat(LearningRate.cosine(0.2, 100).startingAt(0.4))
        .isEqualTo(LearningRate.cosine(0.4, 100));
    assertThat(LearningRate.constant(0.2).startingAt(0.4)).isEqualTo(LearningRate.constant(0.4));
  }

  @Test
  void rejectsACosineWithoutSteps() {
    assertThatThrownBy(() -> LearningRate.cosine(0.1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid number of steps 0 of a cosine. Use at least 1.");
  }

  @Test
  void rejectsAnAlphaThatIsNoShare() {
    assertThatThrownBy(() -> new LearningRate.Cosine(0.1, 10, 1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid alpha 1.5 of a cosine. Use a share from 0 to 1.");
  }
}
