package io.kindling.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

class LossTest {

  private static TensorSpec output(int... dimensions) {
    return new TensorSpec("out", ElementType.FLOAT32, Shape.of(dimensions));
  }

  @Test
  void aClassBelongsToEveryPlaceOfLogits() {
    assertThat(Loss.sparseCategoricalCrossEntropy().target(output(10)))
        .isEqualTo(new TensorSpec("out", ElementType.INT32, Shape.scalar()));
    assertThat(Loss.sparseCategoricalCrossEntropy().target(output(4, 5, 10)))
        .isEqualTo(new TensorSpec("out", ElementType.INT32, Shape.of(4, 5)));
  }

  @Test
  void theOtherTargetsHaveTheOutputsShape() {
    assertThat(Loss.categoricalCrossEntropy().target(output(4, 3))).isEqualTo(output(4, 3));
    assertThat(Loss.binaryCrossEntropy().target(output(4))).isEqualTo(output(4));
    assertThat(Loss.meanSquaredError().target(output())).isEqualTo(output());
  }

  @Test
  void classesNeedTwoLogitsAtLeast() {
    assertThatThrownBy(() -> Loss.sparseCategoricalCrossEntropy().target(output(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Output 'out' float32[?, 1] does not suit sparse_categorical_cross_entropy, which takes"
                + " one logit per class, two classes at least. End the network with a Dense layer of"
                + " as many units as there are classes.");
    assertThatThrownBy(() -> Loss.categoricalCrossEntropy().target(output()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Output 'out' float32[?] does not suit categorical_cross_entropy, which takes one logit"
                + " per class, two classes at least. End the network with a Dense layer of as many"
                + " units as there are classes.");
  }
}
