package io.kindling.cli.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StrokeTest {

  @Test
  void readsPointsAndCorners() {
    Stroke stroke = Stroke.parse("22 10, 78 9 / 56 46, 41 95");

    assertThat(stroke.points()).containsExactly(22, 10, 78, 9, 56, 46, 41, 95);
    assertThat(stroke.isCorner()).containsExactly(false, true, false, true);
  }

  @Test
  void runsThroughItsPoints() {
    Stroke stroke = Stroke.parse("0 0, 50 50, 100 0");
    double[] line = stroke.smooth(stroke.points());

    assertThat(new double[] {line[0], line[1]}).containsExactly(0, 0);
    assertThat(new double[] {line[14], line[15]}).containsExactly(50, 50);
    assertThat(new double[] {line[28], line[29]}).containsExactly(100, 0);
  }

  @Test
  void isStraightBetweenTwoCorners() {
    Stroke stroke = Stroke.parse("0 0 / 70 35 / 0 70");
    double[] line = stroke.smooth(stroke.points());

    for (int i = 0; i <= 14; i += 2) {
      assertThat(line[i + 1]).isCloseTo(line[i] / 2, within(1e-9));
    }
  }

  @Test
  void everyDigitHasSeveralWaysInsideTheBox() {
    for (int label = 0; label < Digits.CLASSES; label++) {
      assertThat(Penmanship.ways(label)).isGreaterThanOrEqualTo(3);
      for (int way = 0; way < Penmanship.ways(label); way++) {
        for (Stroke stroke : Penmanship.strokes(label, way)) {
          assertThat(Arrays.stream(stroke.points())).allMatch(x -> x >= 4 && x <= 96);
        }
      }
    }
  }
}
