package io.kindling.spark.job;

import io.kindling.spark.column.RowBlock;
import java.io.Serializable;

/**
 * A block of a shard's rows, for training or for validation.
 *
 * <p>A class and no record, as all that travels outside closures here: Spark's Kryo cannot write
 * records.
 */
final class ShardPiece implements Serializable {

  private static final long serialVersionUID = 1;

  /**
   * Bytes a column of a piece may take, unless a single row takes more. 256 KiB: Spark looks at its
   * memory after every 16 pieces that it caches and every 32 that it sorts, and Java's serializer
   * holds on to up to 100, so that a shard on its way takes some ten MiB of a heap, not some
   * hundred; the cost per piece still vanishes.
   */
  static final int COLUMN_BYTES = 256 << 10;

  private final boolean validation;
  private final RowBlock rows;

  /**
   * @param validation whether the rows are kept for validation
   */
  ShardPiece(boolean validation, RowBlock rows) {
    this.validation = validation;
    this.rows = rows;
  }

  boolean isForValidation() {
    return validation;
  }

  RowBlock rows() {
    return rows;
  }
}
