package io.kindling.spark.job;

import io.kindling.model.Provenance;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * A micro-batch of a streaming query, which a model remembers to have been trained on.
 *
 * @param query the query's id, which it keeps over restarts
 * @param id counts up from 0
 */
public record MicroBatch(String query, long id) {

  private static final String QUERY = "stream.query";
  private static final String BATCH = "stream.batch";

  /** The micro-batch whose {@code foreachBatch} this thread runs, if it runs one. */
  public static Optional<MicroBatch> current(SparkContext context) {
    // As Spark's own StreamExecution and MicroBatchExecution name them.
    String query = context.getLocalProperty("sql.streaming.queryId");
    String batch = context.getLocalProperty("streaming.sql.batchId");
    return query == null || batch == null
        ? Optional.empty()
        : Optional.of(new MicroBatch(query, Long.parseLong(batch)));
  }

  /** The micro-batch that a model was trained on last. */
  public static Optional<MicroBatch> of(Provenance provenance) {
    Map<String, String> entries = provenance.entries();
    return entries.containsKey(BATCH)
        ? Optional.of(new MicroBatch(entries.get(QUERY), Long.parseLong(entries.get(BATCH))))
        : Optional.empty();
  }

  Provenance addTo(Provenance provenance) {
    return provenance.with(QUERY, query).with(BATCH, id);
  }

  /** Whether this one, of the same query, comes after another or is it. */
  public boolean includes(MicroBatch other) {
    return query.equals(other.query) && id >= other.id;
  }
}
