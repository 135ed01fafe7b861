package io.kindling.training;

import io.kindling.tensor.Batch;
import io.kindling.tensor.ElementType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Rows in memory: per shard and row a list of columns, floats or one class. */
final class TableRows implements ShardedRows {

  private final List<List<float[][]>> shards = new ArrayList<>();
  private final IntPredicate held;

  /**
   * @param rows dealt out to the shards: a shard gets its size's number of them, in order
   */
  TableRows(List<float[][]> rows, int[] sizes, IntPredicate held) {
    this.held = held;
    int from = 0;
    for (int size : sizes) {
      shards.add(rows.subList(from, from + size));
      from += size;
    }
  }

  @Override
  public int shards() {
    return shards.size();
  }

  @Override
  public int rows(int shard) {
    return shards.get(shard).size();
  }

  @Override
  public boolean holds(int shard) {
    return held.test(shard);
  }

  @Override
  public void copy(int shard, int row, Batch batch, int at) {
    if (!holds(shard)) {
      throw new IllegalArgumentException("Shard " + shard + " is not held.");
    }
    float[][] columns = shards.get(shard).get(row);
    for (int column = 0; column < columns.length; column++) {
      ByteBuffer buffer = batch.column(column);
      for (int i = 0; i < columns[column].length; i++) {
        int place = (at * columns[column].length + i) * Float.BYTES;
        if (batch.columns().get(column).type() == ElementType.INT32) {
          buffer.putInt(place, (int) columns[column][i]);
        } else {
          buffer.putFloat(place, columns[column][i]);
        }
      }
    }
  }
}
