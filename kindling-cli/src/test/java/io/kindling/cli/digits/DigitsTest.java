package io.kindling.cli.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DigitsTest {

  private static final int PIXELS = Digits.SIDE * Digits.SIDE;

  @Test
  void drawsTheSameDigitForTheSameSeedAndIndex() {
    for (long index : new long[] {0, 1, 17, 123_456_789_012L, Long.MAX_VALUE}) {
      Digit once = Digits.draw(42, index);
      Digit again = Digits.draw(42, index);
      assertThat(again.label()).isEqualTo(once.label());
      assertThat(again.pixels()).isEqualTo(once.pixels());
    }
  }

  /** A change of this number changes every published accuracy; say so when it has to change. */
  @Test
  void drawsTheSameBitsOnEveryMachine() {
    int hash = 0;
    for (long index = 0; index < 100; index++) {
      hash = 31 * hash + Arrays.hashCode(Digits.draw(42, index).pixels());
    }
    assertThat(hash).isEqualTo(-472666446);
  }

  @Test
  void drawsTheSameDigitsInAnyOrderAndOnAnyThread() {
    float[][] inOrder =
        LongStream.range(0, 200).mapToObj(i -> Digits.draw(3, i).pixels()).toArray(float[][]::new);
    float[][] inParallel =
        LongStream.range(0, 200)
            .parallel()
            .mapToObj(i -> Digits.draw(3, 199 - i).pixels())
            .toArray(float[][]::new);

    for (int i = 0; i < 200; i++) {
      assertThat(inParallel[199 - i]).isEqualTo(inOrder[i]);
    }
  }

  @Test
  void anotherSeedDrawsOtherDigits() {
    assertThat(Digits.draw(1, 5).pixels()).isNotEqualTo(Digits.draw(2, 5).pixels());
    assertThat(Digits.draw(0, 1).pixels()).isNotEqualTo(Digits.draw(1, 0).pixels());
  }

  @Test
  void noTwoDigitsAreAlike() {
    long different =
        LongStream.range(0, 2_000)
            .map(index -> Arrays.hashCode(Digits.draw(9, index).pixels()))
            .distinct()
            .count();
    assertThat(different).isEqualTo(2_000);
  }

  @Test
  void everyTenDigitsHoldEachLabelOnce() {
    for (long start = 0; start < 500; start += Digits.CLASSES) {
      int[] labels =
          LongStream.range(start, start + Digits.CLASSES)
              .mapToInt(index -> Digits.draw(11, index).label())
              .toArray();
      assertThat(labels).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
  }

  @Test
  void theOrderOfLabelsChangesFromTenToTen() {
    long orders =
        IntStream.range(0, 50)
            .mapToObj(
                block ->
                    IntStream.range(0, Digits.CLASSES)
                        .mapToObj(i -> "" + Digits.draw(11, block * 10L + i).label())
                        .toList())
            .distinct()
            .count();
    assertThat(orders).isEqualTo(50);
  }

  @Test
  void everyDigitHasInkInTheMiddleAndPaperAtTheRim() {
    for (long index = 0; index < 1_000; index++) {
      float[] pixels = Digits.draw(5, index).pixels();
      assertThat(pixels).hasSize(PIXELS);

      double middle = 0;
      double rim = 0;
      int rimPixels = 0;
      for (int i = 0; i < PIXELS; i++) {
        assertThat(pixels[i]).isBetween(0f, 1f);
        int row = i / Digits.SIDE;
        int column = i % Digits.SIDE;
        if (Math.min(Math.min(row, column), Digits.SIDE - 1 - Math.max(row, column)) == 0) {
          rim += pixels[i];
          rimPixels++;
        } else {
          middle += pixels[i];
        }
      }
      assertThat(middle).as("ink of digit %d", index).isGreaterThan(8);
      assertThat(rim / rimPixels).as("ink at the rim of digit %d", index).isLessThan(0.15);
    }
  }

  /**
   * Comparing with the mean picture of each class: far better than chance, far from perfect. The
   * data would be of no use at either end.
   */
  @Test
  void isNeitherTrivialNorHopeless() {
    double[][] means = new double[Digits.CLASSES][PIXELS];
    for (long index = 0; index < 3_000; index++) {
      Digit digit = Digits.draw(1, index);
      for (int i = 0; i < PIXELS; i++) {
        means[digit.label()][i] += digit.pixels()[i] / 300;
      }
    }

    int right = 0;
    for (long index = 3_000; index < 4_000; index++) {
      Digit digit = Digits.draw(1, index);
      if (nearest(means, digit.pixels()) == digit.label()) {
        right++;
      }
    }
    assertThat(right).isBetween(600, 870);
  }

  private static int nearest(double[][] means, float[] pixels) {
    int nearest = 0;
    double smallest = Double.POSITIVE_INFINITY;

    for (int label = 0; label < means.length; label++) {
      double distance = 0;
      for (int i = 0; i < pixels.length; i++) {
        distance += Math.pow(means[label][i] - pixels[i], 2);
      }
      if (distance < smallest) {
        smallest = distance;
        nearest = label;
      }
    }

    return nearest;
  }

  @Test
  void rejectsAnIndexBelowZero() {
    assertThatThrownBy(() -> Digits.draw(1, -3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid index -3. Digits are numbered from 0. Use an index of at least 0.");
  }
}
