package io.kindling.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ScaleTest {

  @Test
  void countsInOnesTwosAndFives() {
    assertThat(Scale.niceStep(0.7)).isEqualTo(1);
    assertThat(Scale.niceStep(1.3)).isEqualTo(2);
    assertThat(Scale.niceStep(0.021)).isCloseTo(0.05, within(1e-12));
    assertThat(Scale.niceStep(60)).isEqualTo(100);
  }

  @Test
  void endsLinearAxesAtTicks() {
    Scale scale = Scale.linear(DoubleStream.of(0.83, 0.97), 4);

    assertThat(labels(scale)).containsExactly("0.80", "0.85", "0.90", "0.95", "1.00");
    assertThat(scale.place(0.8)).isZero();
    assertThat(scale.place(1)).isCloseTo(1, within(1e-9));
  }

  @Test
  void startsLossesAtZero() {
    assertThat(labels(Scale.loss(new double[] {0.4, 2.2}, 6)))
        .containsExactly("0.0", "0.5", "1.0", "1.5", "2.0", "2.5");
  }

  @Test
  void spacesLossesOverALargeFactorLogarithmically() {
    Scale scale = Scale.loss(new double[] {0.015, 2.4}, 6);

    assertThat(scale.kind()).isEqualTo(Scale.Kind.LOGARITHMIC);
    assertThat(labels(scale)).containsExactly("0.02", "0.05", "0.1", "0.2", "0.5", "1", "2");
    assertThat(scale.place(0.2) - scale.place(0.02))
        .isCloseTo(scale.place(2) - scale.place(0.2), within(1e-9));
  }

  @Test
  void labelsOnlyPowersOfTenOverManyDecades() {
    assertThat(labels(Scale.loss(new double[] {2e-6, 30}, 6)))
        .containsExactly("1e-5", "0.0001", "0.001", "0.01", "0.1", "1", "10");
  }

  @Test
  void staysLinearWithLossesOfZeroOrBelow() {
    assertThat(Scale.loss(new double[] {0, 100}, 6).kind()).isEqualTo(Scale.Kind.LINEAR);
    assertThat(labels(Scale.loss(new double[] {-30, 12}, 5)))
        .containsExactly("-30", "-20", "-10", "0", "10", "20");
  }

  @Test
  void holdsASingleValueAndNone() {
    assertThat(labels(Scale.linear(DoubleStream.of(0.5), 4))).hasSizeGreaterThan(2);
    assertThat(labels(Scale.linear(DoubleStream.of(0), 4))).contains("0.0", "1.0");
    assertThat(labels(Scale.linear(DoubleStream.of(Double.NaN), 4))).contains("0.0", "1.0");
  }

  @Test
  void groupsThousands() {
    assertThat(labels(Scale.linear(DoubleStream.of(0, 3000), 3)))
        .containsExactly("0", "1,000", "2,000", "3,000");
  }

  @Test
  void labelsWholeEpochs() {
    assertThat(labels(Scale.epochs(5, 12))).containsExactly("0", "1", "2", "3", "4", "5");
    assertThat(labels(Scale.epochs(60, 12))).hasSize(13).contains("5", "60");
    assertThat(labels(Scale.epochs(1, 12)))
        .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
  }

  private static List<String> labels(Scale scale) {
    return scale.ticks().stream().map(scale::label).toList();
  }
}
