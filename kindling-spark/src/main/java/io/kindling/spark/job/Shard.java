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
final class Shard implements Serializable {

  private static final long serialVersionUID = 1;

  private final RowBlock[] training;
  private final RowBlock[] validation;

  private Shard(List<RowBlock> training, List<RowBlock> validation) {
    this.training = training.toArray(RowBlock[]::new);
    this.validation = validation.toArray(RowBlock[]::new);
  }

  static Shard of(Iterator<ShardPiece> pieces) {
    List<ShardPiece> sorted = new ArrayList<>();
    pieces.forEachRemaining(sorted::add);
    sorted.sort(
        Comparator.comparingInt(ShardPiece::partition).thenComparingInt(ShardPiece::sequence));
    List<RowBlock> training = new ArrayList<>();
    List<RowBlock> validation = new ArrayList<>();
    for (ShardPiece piece : sorted) {
      (piece.isForValidation() ? validation : training).add(piece.rows());
    }
    return new Shard(training, validation);
  }

  List<RowBlock> training() {
    return List.of(training);
  }

  List<RowBlock> validation() {
    return List.of(validation);
  }

  static int rows(List<RowBlock> blocks) {
    return Math.toIntExact(blocks.stream().mapToLong(RowBlock::rows).sum());
  }
}
