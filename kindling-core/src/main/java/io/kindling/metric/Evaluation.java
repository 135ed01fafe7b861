package io.kindling.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Loss and metrics over some rows.
 *
 * @param rows how many rows were counted
 * @param loss mean over the rows; NaN when there are none
 * @param metrics value per metric, in the order of the objective
 */
public record Evaluation(long rows, double loss, Map<String, Double> metrics) {

  public Evaluation {
    metrics = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * Of sums over rows: the loss, then the accumulators of each metric.
   *
   * @param sums {@code [lossSum, accumulators…]}
   */
  public static Evaluation of(List<Metric> metrics, double[] sums, long rows) {
    Map<String, Double> values = new LinkedHashMap<>();
    int offset = 1;
    for (Metric metric : metrics) {
      values.put(metric.name(), rows == 0 ? Double.NaN : metric.value(sums, offset, rows));
      offset += metric.accumulators();
    }
    return new Evaluation(rows, rows == 0 ? Double.NaN : sums[0] / rows, values);
  }
}
