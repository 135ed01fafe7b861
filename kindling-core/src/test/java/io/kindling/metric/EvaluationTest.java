package io.kindling.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static final List<Metric> METRICS = List.of(Metric.meanSquaredError(), Metric.accuracy());

  @Test
  void isMadeOfSumsOverRows() {
    Evaluation evaluation = Evaluation.of(METRICS, new double[] {10, 2, 3}, 4);
    assertThat(evaluation.rows()).isEqualTo(4);
    assertThat(evaluation.loss()).isEqualTo(2.5);
    assertThat(evaluation.metrics()).containsExactly(entry("mse", 0.5), entry("accuracy", 0.75));
  }

  @Test
  void nothingIsNotANumber() {
    Evaluation evaluation = Evaluation.of(METRICS, new double[3], 0);
    assertThat(evaluation.loss()).isNaN();
    assertThat(evaluation.metrics().values()).containsOnly(Double.NaN);
  }
}
