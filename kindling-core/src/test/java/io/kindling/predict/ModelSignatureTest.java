package io.kindling.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelSignatureTest {

  private static final ModelSignature SIGNATURE =
      new ModelSignature(
          "predict",
          List.of(
              TensorType.of("x", ValueType.FLOAT32, TensorType.FREE, 2),
              TensorType.ofUnknownRank("y", ValueType.STRING)),
          List.of(TensorType.of("z", ValueType.INT64)));

  @Test
  void takesWhatFits() {
    assertThatCode(
            () ->
                SIGNATURE.requireInputs(
                    Map.of(
                        "x", TensorValue.ofFloats(new float[6], 3, 2),
                        "y", TensorValue.ofStrings(List.of("a"), 1, 1, 1))))
        .doesNotThrowAnyException();
  }

  @Test
  void namesEveryMismatch() {
    assertThatThrownBy(
            () ->
                SIGNATURE.requireInputs(
                    Map.of(
                        "x", TensorValue.ofFloats(new float[6], 2, 3),
                        "w", TensorValue.ofInts(new int[1]))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Values do not match signature 'predict': 'x' has shape [2, 3] but [?, 2] is expected;"
                + " 'y' is missing; 'w' is none of its inputs. It takes ['x' float32[?, 2], 'y'"
                + " string[…]].");
    assertThatThrownBy(
            () ->
                SIGNATURE.requireInputs(
                    Map.of(
                        "x", TensorValue.ofDoubles(new double[2], 1, 2),
                        "y", TensorValue.ofStrings(List.of(), 0))))
        .hasMessageContaining("'x' has elements of float64 but float32 is expected");
  }

  @Test
  void namesThoseThereAre() {
    assertThat(SIGNATURE.input("x").hasFreeRows()).isTrue();
    assertThat(SIGNATURE.output("z").hasFreeRows()).isFalse();
    assertThatThrownBy(() -> SIGNATURE.output("x"))
        .hasMessage("Signature 'predict' has no output 'x'. It has [z].");
  }
}
