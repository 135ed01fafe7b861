package io.kindling.metric;

import io.kindling.network.OpenTypeIds;
import java.util.Map;

/** Names of metrics in texts. */
final class MetricTypeIds extends OpenTypeIds {

  static final Map<String, Class<?>> KNOWN =
      Map.ofEntries(
          Map.entry("accuracy", Accuracy.class),
          Map.entry("top_k_accuracy", TopKAccuracy.class),
          Map.entry("class_score", ClassScore.class),
          Map.entry("area_under_curve", AreaUnderCurve.class),
          Map.entry("log_loss", LogLoss.class),
          Map.entry("mean_of", MeanOf.class),
          Map.entry("root_mean_squared_error", RootMeanSquaredError.class),
          Map.entry("r2", RSquared.class),
          Map.entry("hit_ratio", HitRatio.class),
          Map.entry("ndcg", Ndcg.class));

  MetricTypeIds() {
    super(Metric.class, KNOWN);
  }
}
