package io.kindling.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/** Metrics as text: {@code [{"type":"accuracy"}]}. */
public final class MetricJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<List<Metric>> METRICS = new TypeReference<>() {};

  private MetricJson() {}

  public static String write(List<Metric> metrics) {
    try {
      return JSON.writerFor(METRICS).writeValueAsString(metrics);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write metrics as JSON", e);
    }
  }

  /**
   * Reads metrics.
   *
   * @throws IllegalArgumentException if the text is none of {@link #write}
   */
  public static List<Metric> read(String json) {
    try {
      List<Metric> metrics = JSON.readValue(json, METRICS);
      if (metrics == null || metrics.contains(null)) {
        throw new IllegalArgumentException("Invalid metrics: 'null' is none.");
      }
      return metrics;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid metrics: " + e.getOriginalMessage(), e);
    }
  }
}
