package io.kindling.cluster.allreduce;

import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.RowGradient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How ranks add up gradients that are about some rows of a table: each gives its rows to all, and
 * all add them in the order of ranks. What travels grows with the rows that were looked up, never
 * with the tables.
 *
 * <p>A rank's part holds, table by table, the rows' numbers, as the bits of floats, and their
 * values. Parts are as long as the longest.
 */
final class SparseRows {

  /** Counts travel as floats, which hold whole numbers below this. */
  private static final int MOST = 1 << 24;

  private final AllReduce allReduce;
  private final List<View> tables;
  private List<RowGradient> mine;
  private float[] parts = new float[0];

  SparseRows(AllReduce allReduce, List<View> tables) {
    this.allReduce = allReduce;
    this.tables = tables;
    forget();
  }

  /** Numbers that {@link #count} writes: how many rows of each table each rank has. */
  int counts() {
    return tables.size() * allReduce.worldSize();
  }

  /** Takes what this rank computed, weighted by its share of the step's rows. */
  void take(List<RowGradient> gradients, float share) {
    mine = gradients;
    for (RowGradient rows : gradients) {
      float[] values = rows.values();
      for (int i = 0; i < values.length; i++) {
        values[i] *= share;
      }
    }
  }

  /** Where this rank has no row of the step. */
  void forget() {
    mine = tables.stream().map(view -> new RowGradient(view, new int[0], new float[0])).toList();
  }

  /**
   * Writes this rank's counts, and zeros for those of the others.
   *
   * @throws IllegalStateException if a count is no float, of 2²⁴ rows or more
   */
  void count(float[] into, int offset) {
    Arrays.fill(into, offset, offset + counts(), 0);
    for (int table = 0; table < tables.size(); table++) {
      if (mine.get(table).rows().length >= MOST) {
        throw new IllegalStateException(
            "Unsupported step that looks up "
                + mine.get(table).rows().length
                + " rows of '"
                + tables.get(table).name()
                + "' on one worker. Use smaller batches, or a dense gradient.");
      }
      into[offset + allReduce.rank() * tables.size() + table] = mine.get(table).rows().length;
    }
  }

  /**
   * The sums over all ranks.
   *
   * @param counts of all ranks, from {@code offset} on
   */
  List<RowGradient> sum(float[] counts, int offset, long step) throws LostRoundException {
    if (tables.isEmpty()) {
      return List.of();
    }
    int[][] rows = new int[allReduce.worldSize()][tables.size()];
    int longest = 0;
    for (int rank = 0; rank < rows.length; rank++) {
      int length = 0;
      for (int table = 0; table < tables.size(); table++) {
        rows[rank][table] = (int) counts[offset + rank * tables.size() + table];
        length =
            Math.addExact(
                length, Math.multiplyExact(rows[rank][table], 1 + tables.get(table).rowSize()));
      }
      longest = Math.max(longest, length);
    }
    int all = Math.multiplyExact(longest, rows.length);
    if (parts.length < all) {
      parts = new float[all];
    }
    pack(allReduce.rank() * longest);
    allReduce.gather(parts, longest, step);
    return added(rows, longest);
  }

  private void pack(int from) {
    int at = from;
    for (RowGradient gradient : mine) {
      for (int row : gradient.rows()) {
        parts[at++] = Float.intBitsToFloat(row);
      }
      System.arraycopy(gradient.values(), 0, parts, at, gradient.values().length);
      at += gradient.values().length;
    }
  }

  private List<RowGradient> added(int[][] counts, int longest) {
    List<RowGradient> sums = new ArrayList<>();
    int[] at = new int[counts.length];
    Arrays.setAll(at, rank -> rank * longest);
    for (int table = 0; table < tables.size(); table++) {
      View view = tables.get(table);
      int most = 0;
      for (int[] count : counts) {
        most += count[table];
      }
      int[] rows = new int[most];
      float[] values = new float[Math.multiplyExact(most, view.rowSize())];
      Map<Integer, Integer> places = new HashMap<>();
      for (int rank = 0; rank < counts.length; rank++) {
        int first = at[rank] + counts[rank][table];
        for (int i = 0; i < counts[rank][table]; i++) {
          int row = Float.floatToRawIntBits(parts[at[rank] + i]);
          int place = places.computeIfAbsent(row, unseen -> places.size());
          rows[place] = row;
          for (int j = 0; j < view.rowSize(); j++) {
            values[place * view.rowSize() + j] += parts[first + i * view.rowSize() + j];
          }
        }
        at[rank] = first + counts[rank][table] * view.rowSize();
      }
      sums.add(
          new RowGradient(
              view,
              Arrays.copyOf(rows, places.size()),
              Arrays.copyOf(values, places.size() * view.rowSize())));
    }
    return sums;
  }
}
