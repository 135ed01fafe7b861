package io.kindling.spark.job;

import io.kindling.spark.column.RowBlock;
import io.kindling.tensor.Batch;
import io.kindling.training.ShardedRows;
import java.util.List;
import java.util.Map;

/** The rows one worker holds: whole shards, in blocks. */
final class HeldRows implements ShardedRows {

  private final int[] sizes;
  private final RowBlock[][] blocks;
  private final int[][] starts;

  /**
   * @param sizes rows of every shard
   * @param held the blocks of the shards that are here
   */
  HeldRows(int[] sizes, Map<Integer, List<RowBlock>> held) {
    this.sizes = sizes.clone();
    this.blocks = new RowBlock[sizes.length][];
    this.starts = new int[sizes.length][];
    held.forEach(this::hold);
  }

  private void hold(int shard, List<RowBlock> rows) {
    blocks[shard] = rows.toArray(RowBlock[]::new);
    starts[shard] = new int[rows.size() + 1];
    for (int i = 0; i < rows.size(); i++) {
      starts[shard][i + 1] = starts[shard][i] + rows.get(i).rows();
    }
    if (starts[shard][rows.size()] != sizes[shard]) {
      throw new IllegalStateException(
          "Shard "
              + shard
              + " has "
              + starts[shard][rows.size()]
              + " rows but had "
              + sizes[shard]
              + " when it was made: its input gives other rows when it is computed again. Write it to files, or persist"
              + " it, before training.");
    }
  }

  @Override
  public int shards() {
    return sizes.length;
  }

  @Override
  public int rows(int shard) {
    return sizes[shard];
  }

  @Override
  public boolean holds(int shard) {
    return blocks[shard] != null;
  }

  @Override
  public void copy(int shard, int row, Batch batch, int at) {
    int[] begins = starts[shard];
    int low = 0;
    int high = begins.length - 2;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (begins[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    blocks[shard][low].copyRows(row - begins[low], 1, batch, at);
  }
}
