package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.tensor.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Noise as random as it looks: rates and pairs of elements within five standard errors. */
class RowNoiseTest {

  private static final int ROWS = 1000;
  private static final int SIZE = 301;

  private static float[] draw(double rate, int layer, int... keys) {
    return drawn(
        tf -> new RowNoise(tf).dropout(rate, tf.constant(keys), layer, Shape.of(SIZE)), keys);
  }

  private static float[] drawn(Function<Ops, Operand<TFloat32>> noise, int... keys) {
    try (Graph graph = new Graph()) {
      Operand<TFloat32> drawn = noise.apply(Ops.create(graph));
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(drawn).run()) {
        float[] values = new float[keys.length * SIZE];
        ((TFloat32) result.get(0)).copyTo(DataBuffers.of(values));
        return values;
      }
    }
  }

  @Test
  void normalNoiseHasTheMomentsOfItsDistribution() {
    float[] noise =
        drawn(tf -> new RowNoise(tf).normal(tf.constant(keys()), 3, Shape.of(SIZE)), keys());
    int n = noise.length;
    double[] moments = new double[5];
    for (float x : noise) {
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(x, power) / n;
      }
    }
    assertThat(moments[1]).isCloseTo(0, within(5 / Math.sqrt(n)));
    assertThat(moments[2]).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
    assertThat(moments[3]).isCloseTo(0, within(5 * Math.sqrt(15.0 / n)));
    assertThat(moments[4]).isCloseTo(3, within(5 * Math.sqrt(96.0 / n)));
  }

  /** The worst keys: one after the other. */
  private static int[] keys() {
    int[] keys = new int[ROWS];
    Arrays.setAll(keys, i -> i);
    return keys;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.25, 0.5, 0.9})
  void dropsAtItsRateAndKeepsTheMean(double rate) {
    float[] mask = draw(rate, 3, keys());
    int zeros = 0;
    double sum = 0;
    for (float value : mask) {
      assertThat(value == 0 || value == (float) (1 / (1 - rate))).isTrue();
      zeros += value == 0 ? 1 : 0;
      sum += value;
    }
    double error = Math.sqrt(rate * (1 - rate) / mask.length);
    assertThat((double) zeros / mask.length).isCloseTo(rate, within(5 * error));
    assertThat(sum / mask.length).isCloseTo(1, within(5 * error / (1 - rate)));
  }

  @Test
  void neighboursLayersAndRowsAreIndependent() {
    float[] mask = draw(0.5, 3, keys());
    float[] other = draw(0.5, 4, keys());
    for (int distance : new int[] {1, 2, 3, 16, 64, SIZE, 2 * SIZE, 16 * SIZE}) {
      assertIndependent(mask, mask, distance);
    }
    assertIndependent(mask, other, 0);
    assertIndependent(mask, other, 1);
  }

  /** Of two independent masks, half of the elements agree. */
  private static void assertIndependent(float[] a, float[] b, int distance) {
    int same = 0;
    int count = a.length - distance;
    for (int i = 0; i < count; i++) {
      same += a[i] == b[i + distance] ? 1 : 0;
    }
    assertThat((double) same / count)
        .as("distance %d", distance)
        .isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(count)));
  }

  @Test
  void everyElementAndEveryRowDropsAtTheRate() {
    float[] mask = draw(0.5, 0, keys());
    int[] ofElement = new int[SIZE];
    int[] ofRow = new int[ROWS];
    for (int i = 0; i < mask.length; i++) {
      ofElement[i % SIZE] += mask[i] == 0 ? 1 : 0;
      ofRow[i / SIZE] += mask[i] == 0 ? 1 : 0;
    }
    assertThat(chiSquare(ofElement, ROWS))
        .isBetween(SIZE - 6 * sqrt2(SIZE), SIZE + 6 * sqrt2(SIZE));
    assertThat(chiSquare(ofRow, SIZE)).isBetween(ROWS - 6 * sqrt2(ROWS), ROWS + 6 * sqrt2(ROWS));
  }

  private static double sqrt2(int degrees) {
    return Math.sqrt(2.0 * degrees);
  }

  private static double chiSquare(int[] zeros, int of) {
    double sum = 0;
    for (int count : zeros) {
      sum += (count - of / 2.0) * (count - of / 2.0) / (of / 4.0);
    }
    return sum;
  }

  @Test
  void aRowsMaskIsAFunctionOfItsKeyAlone() {
    int[] keys = new Random(4).ints(6).toArray();
    float[] together = draw(0.3, 2, keys);
    for (int row = 0; row < keys.length; row++) {
      assertThat(draw(0.3, 2, keys[row]))
          .isEqualTo(Arrays.copyOfRange(together, row * SIZE, (row + 1) * SIZE));
    }
  }
}
