package io.kindling.spark.job;

import io.kindling.spark.column.RowBlock;
import java.io.Serializable;

/**
 * Rows on their way to a shard: those of one input partition, at most a block of them.
 *
 * <p>A class and no record, as all that travels outside closures here: Spark's Kryo cannot write
 * records.
 */
final class ShardPiece implements Serializable {

  private static final long serialVersionUID = 1;

  private final int partition;
  private final int sequence;
  private final boolean validation;
  private final RowBlock rows;

  /**
   * @param partition the input partition they come from
   * @param sequence which piece of the partition for this shard this is
   * @param validation whether they are kept for validation
   */
  ShardPiece(int partition, int sequence, boolean validation, RowBlock rows) {
    this.partition = partition;
    this.sequence = sequence;
    this.validation = validation;
    this.rows = rows;
  }

  int partition() {
    return partition;
  }

  int sequence() {
    return sequence;
  }

  boolean isForValidation() {
    return validation;
  }

  RowBlock rows() {
    return rows;
  }
}
