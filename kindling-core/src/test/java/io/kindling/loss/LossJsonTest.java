package io.kindling.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.reference.FormulaTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossJsonTest {

  @Test
  void lossesHaveOneText() {
    Map<String, Loss> losses =
        Map.of("b", Loss.binaryCrossEntropy(), "a", Loss.sparseCategoricalCrossEntropy());
    String json = LossJson.write(losses);
    assertThat(json)
        .isEqualTo(
            "{\"a\":{\"type\":\"sparse_categorical_cross_entropy\",\"labelSmoothing\":0.0},"
                + "\"b\":{\"type\":\"binary_cross_entropy\",\"labelSmoothing\":0.0}}");
    assertThat(LossJson.read(json)).isEqualTo(losses);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{\"a\":null}", "{\"a\":{\"type\":\"hinge\"}}"})
  void rejectsWhatIsNoLoss(String json) {
    assertThatThrownBy(() -> LossJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid losses: ");
  }

  @Test
  void everyLossIsHeldAgainstNumbers() {
    assertThat(FormulaTest.losses().map(line -> line.get()[0].getClass().getName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            LossTypeIds.KNOWN.values().stream().map(Class::getName).toList());
  }
}
