package io.kindling.metric;

import java.util.LinkedHashMap;
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
}
