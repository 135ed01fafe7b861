package io.kindling.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.reference.FormulaTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricJsonTest {

  @Test
  void metricsHaveOneText() {
    List<Metric> metrics = List.of(Metric.accuracy(), Metric.meanSquaredError());
    String json = MetricJson.write(metrics);
    assertThat(json)
        .isEqualTo(
            "[{\"type\":\"accuracy\"},{\"type\":\"mean_of\",\"formula\":\"squared_error\"}]");
    assertThat(MetricJson.read(json)).isEqualTo(metrics);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "[null]", "[{\"type\":\"beauty\"}]"})
  void rejectsWhatIsNoMetric(String json) {
    assertThatThrownBy(() -> MetricJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid metrics: ");
  }

  @Test
  void everyMetricIsHeldAgainstNumbers() {
    assertThat(FormulaTest.metrics().map(line -> line.get()[0].getClass().getName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            MetricTypeIds.KNOWN.values().stream().map(Class::getName).toList());
  }
}
