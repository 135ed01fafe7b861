package io.kindling.spark.job;

import io.kindling.spark.column.RowBlock;
import java.io.Serializable;

/**
 * Rows on their way to a shard: those of one input partition, at most a block of them.
 *
 * @param partition the input partition they come from
 * @param sequence which piece of the partition for this shard this is
 * @param validation whether they are kept for validation
 */
record ShardPiece(int partition, int sequence, boolean validation, RowBlock rows)
    implements Serializable {
  private static final long serialVersionUID = 1;
}
