package io.kindling.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DerivedTest {

  private static final Offset<Double> CLOSE = Offset.offset(1e-12);

  private static InternalRow derive(Derived derived, float... output) {
    InternalRow row =
        new SpecificInternalRow(new StructType().add("x", derived.type(output.length)));
    float[] block = new float[output.length + 1];
    System.arraycopy(output, 0, block, 1, output.length);
    derived.newDerivation(output.length).derive(block, 1, row, 0);
    return row;
  }

  private static double[] vector(Derived derived, float... output) {
    return derive(derived, output).getStruct(0, 4).getArray(3).toDoubleArray();
  }

  @Test
  void takesNumbersAsTheyAre() {
    assertThat(derive(Derived.array(), 1, 2, 3).getArray(0).toFloatArray())
        .containsExactly(1, 2, 3);
    assertThat(derive(Derived.scalar(), 7).getFloat(0)).isEqualTo(7);
    assertThat(derive(Derived.value(), 7).getDouble(0)).isEqualTo(7);
    assertThat(vector(Derived.raw(Link.SOFTMAX), 1, 2)).containsExactly(1, 2);
  }

  @Test
  void makesProbabilitiesOfLogits() {
    double[] p = vector(Derived.probability(Link.SOFTMAX), 1000, 1000, 999);
    double e = Math.exp(-1);
    assertThat(p[0]).isCloseTo(1 / (2 + e), CLOSE);
    assertThat(p[2]).isCloseTo(e / (2 + e), CLOSE);
    double[] two = vector(Derived.probability(Link.SIGMOID), 2);
    assertThat(two).hasSize(2);
    assertThat(two[1]).isCloseTo(1 / (1 + Math.exp(-2)), CLOSE);
    assertThat(two[0] + two[1]).isCloseTo(1, CLOSE);
    assertThat(vector(Derived.raw(Link.SIGMOID), 2)).containsExactly(-2, 2);
    assertThat(vector(Derived.probability(Link.IDENTITY), 0.25f)).containsExactly(0.75, 0.25);
  }

  @Test
  void predictsTheMostProbableClass() {
    assertThat(derive(Derived.prediction(Link.SOFTMAX), 1, 3, 3).getDouble(0)).isEqualTo(1);
    assertThat(derive(Derived.prediction(Link.SIGMOID), 0.1f).getDouble(0)).isEqualTo(1);
    assertThat(derive(Derived.prediction(Link.SIGMOID), -0.1f).getDouble(0)).isEqualTo(0);
    assertThat(derive(Derived.prediction(Link.IDENTITY), 0.4f).getDouble(0)).isEqualTo(0);
  }

  @Test
  void weighsProbabilitiesByThresholds() {
    assertThat(derive(Derived.prediction(Link.SIGMOID, 0.1, 0.9), 0.5f).getDouble(0)).isEqualTo(0);
    assertThat(derive(Derived.prediction(Link.SOFTMAX, 0.5, 0.0), 9, 1).getDouble(0)).isEqualTo(1);
  }

  @Test
  void rejectsOutputsThatDoNotSuit() {
    assertThatThrownBy(() -> Derived.value().type(3))
        .hasMessage(
            "Invalid output of 3 numbers per row for a column of type double. Derive an array from"
                + " it, or choose an output of 1 number.");
    assertThatThrownBy(() -> Derived.prediction(Link.SOFTMAX).type(1))
        .hasMessage(
            "Invalid link SOFTMAX for an output of 1 number: its probability is always 1. Use"
                + " SIGMOID, or give the network an output per class.");
    assertThatThrownBy(() -> Derived.prediction(Link.SOFTMAX, 0.5).type(3))
        .hasMessage(
            "Invalid thresholds: there are 1, but the model tells 3 classes apart. Give one"
                + " threshold per class.");
  }
}
