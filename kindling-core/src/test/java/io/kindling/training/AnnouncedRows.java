package io.kindling.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.tensor.Batch;

/** Rows that are copied only in the order that was announced, and of which none is left out. */
final class AnnouncedRows implements ShardedRows {

  private final ShardedRows rows;
  private final int[][] orders;
  private final int[] next;
  private int announcements;

  AnnouncedRows(ShardedRows rows) {
    this.rows = rows;
    this.orders = new int[rows.shards()][0];
    this.next = new int[rows.shards()];
  }

  /** How often an order was announced for a shard. */
  int announcements() {
    return announcements;
  }

  void assertAllCopied() {
    for (int shard = 0; shard < orders.length; shard++) {
      assertThat(next[shard]).as("copied of shard %d", shard).isEqualTo(orders[shard].length);
    }
  }

  @Override
  public int shards() {
    return rows.shards();
  }

  @Override
  public int rows(int shard) {
    return rows.rows(shard);
  }

  @Override
  public boolean holds(int shard) {
    return rows.holds(shard);
  }

  @Override
  public void expect(int shard, int[] order, int from) {
    assertThat(rows.holds(shard)).isTrue();
    assertThat(next[shard]).as("copied of shard %d", shard).isEqualTo(orders[shard].length);
    orders[shard] = order;
    next[shard] = from;
    announcements++;
  }

  @Override
  public void copy(int shard, int row, Batch batch, int at) {
    assertThat(row).as("row of shard %d", shard).isEqualTo(orders[shard][next[shard]++]);
    rows.copy(shard, row, batch, at);
  }
}
