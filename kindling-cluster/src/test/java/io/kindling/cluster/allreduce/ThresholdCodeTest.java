package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.training.Thresholded;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdCodeTest {

  @Test
  void sendsWhatPassesTheThresholdAndKeepsTheRest() {
    ThresholdCode code = new ThresholdCode(5, 0.5);
    int[] message = code.encode(new float[] {0.75f, -0.5f, 0.25f, -2, 0});
    assertThat(message).containsExactly(Float.floatToRawIntBits(0.5f), 0, ~1, ~3);
    assertThat(code.residual()).containsExactly(0.25f, 0, 0.25f, -1.5f, 0);
  }

  @Test
  void smallGradientsAddUpUntilTheyTravel() {
    ThresholdCode code = new ThresholdCode(4, 0.25);
    float[] sum = new float[4];
    for (int round = 0; round < 2500; round++) {
      add(code.encode(new float[] {1, 0.001f, 0.001f, 0}), sum);
    }
    for (int small = 1; small < 3; small++) {
      assertThat(sum[small]).isPositive();
      assertThat(sum[small] + code.residual()[small]).isCloseTo(2.5f, within(1e-3f));
    }
  }

  @Test
  void allThatWasSentAndTheResidualAreAllGradients() {
    int length = 2000;
    Random random = new Random(5);
    ThresholdCode code = new ThresholdCode(length, 0.01);
    double[] given = new double[length];
    float[] sent = new float[length];
    for (int round = 0; round < 300; round++) {
      float[] gradient = gradient(length, () -> 0.1 * random.nextGaussian());
      for (int i = 0; i < length; i++) {
        given[i] += gradient[i];
      }
      add(code.encode(gradient), sent);
    }
    for (int i = 0; i < length; i++) {
      assertThat((double) sent[i] + code.residual()[i]).isCloseTo(given[i], within(1e-4));
    }
  }

  @Test
  void asManyTravelAsAreToWhateverTheScaleOfTheGradients() {
    int length = 50_000;
    int target = 500;
    Random random = new Random(7);
    ThresholdCode code = new ThresholdCode(length, 0.01);
    for (double scale : new double[] {1, 1e-6, 1e4, 1e-3}) {
      double travelled = 0;
      for (int round = 0; round < 50; round++) {
        travelled += code.encode(gradient(length, () -> scale * random.nextGaussian())).length - 1;
      }
      assertThat(travelled / 50).as("at %s", scale).isBetween(target / 1.3, target * 1.3);
    }
  }

  /** As with the rows of inputs that are always 0, of lengths that no sample divides. */
  @ParameterizedTest
  @CsvSource({"30000, 16400", "49000, 36750", "100000, 90000"})
  void zerosInFrontHideNothing(int length, int zeros) {
    float[] gradient = new float[length];
    Random random = new Random(3);
    for (int i = zeros; i < length; i++) {
      gradient[i] = (float) random.nextGaussian();
    }
    int[] message = new ThresholdCode(length, 0.01).encode(gradient);
    double target = 0.01 * length;
    assertThat((double) message.length - 1).isBetween(target / 1.5, target * 1.5);
  }

  @Test
  void ofFewElementsThatAreNotZeroAllTravel() {
    ThresholdCode code = new ThresholdCode(1000, 0.01);
    float[] gradient = new float[1000];
    gradient[17] = 3;
    gradient[900] = -3;
    assertThat(code.encode(gradient)).containsExactly(Float.floatToRawIntBits(3), 17, ~900);
    assertThat(code.residual()).containsOnly(0);
  }

  @Test
  void elementsBeyondTheLongestMessageGetTheirTurn() {
    ThresholdCode code = new ThresholdCode(100, 0.01);
    int[] first = code.encode(gradient(100, () -> 2));
    int[] second = code.encode(gradient(100, () -> 0));
    assertThat(first).hasSize(9).startsWith(Float.floatToRawIntBits(2), 0, 1, 2);
    assertThat(second).hasSize(9).startsWith(Float.floatToRawIntBits(2), 8, 9, 10);
  }

  @Test
  void gradientsOfZeroSendNothing() {
    ThresholdCode code = new ThresholdCode(10, Thresholded.DEFAULT_SHARE);
    assertThat(code.encode(new float[10])).hasSize(1);
    assertThat(code.encode(gradient(10, () -> 1))).hasSizeGreaterThan(1);
    for (int round = 0; round < 100; round++) {
      add(code.encode(new float[10]), new float[10]);
    }
    assertThat(code.encode(new float[10])).hasSize(1);
  }

  @Test
  void whatIsNoNumberIsNotSentAndDoesNotKeepOthersBack() {
    ThresholdCode code = new ThresholdCode(4, 0.5);
    int[] message = code.encode(new float[] {Float.NaN, 2, -1, 0});
    assertThat(message).containsExactly(Float.floatToRawIntBits(1), 1, ~2);
  }

  @Test
  void aGradientOfNoElementsIsAThreshold() {
    assertThat(new ThresholdCode(0, 0.5).encode(new float[0])).hasSize(1);
  }

  private static void add(int[] message, float[] sums) {
    float[] words = new float[message.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = Float.intBitsToFloat(message[i]);
    }
    ThresholdCode.add(words, 0, words.length, sums);
  }

  private static float[] gradient(int length, DoubleSupplier numbers) {
    float[] gradient = new float[length];
    for (int i = 0; i < length; i++) {
      gradient[i] = (float) numbers.getAsDouble();
    }
    return gradient;
  }
}
