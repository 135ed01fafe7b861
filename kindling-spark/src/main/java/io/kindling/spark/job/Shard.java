package io.kindling.spark.job;

import io.kindling.spark.column.RowBlock;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * One logical shard of the data: its rows in the order of input partition and position, which the
 * arrival of pieces does not change.
 */
record Shard(List<RowBlock> training, List<RowBlock> validation) implements Serializable {
  private static final long serialVersionUID = 1;

  static Shard of(Iterator<ShardPiece> pieces) {
    List<ShardPiece> sorted = new ArrayList<>();
    pieces.forEachRemaining(sorted::add);
    sorted.sort(
        Comparator.comparingInt(ShardPiece::partition).thenComparingInt(ShardPiece::sequence));
    List<RowBlock> training = new ArrayList<>();
    List<RowBlock> validation = new ArrayList<>();
    for (ShardPiece piece : sorted) {
      (piece.validation() ? validation : training).add(piece.rows());
    }
    return new Shard(training, validation);
  }

  static int rows(List<RowBlock> blocks) {
    return Math.toIntExact(blocks.stream().mapToLong(RowBlock::rows).sum());
  }
}
