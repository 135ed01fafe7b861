package io.kindling.cluster.allreduce;

import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout.View;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How ranks add up gradients that name the rows they are about: each gives its rows to all, and all
 * add them in the order of ranks. What travels grows with the rows that were looked up, never with
 * the tables.
 *
 * <p>A rank's part holds, table by table, the rows' numbers, as the bits of floats, and their
 * values. Parts are as long as the longest.
 */
final class SparseRows {

  private final AllReduce allReduce;
  private final List<View> tables;
  private final int[][] rows; // of this rank, per table
  private final float[][] values;
  private float[] parts = new float[0];

  SparseRows(AllReduce allReduce, List<View> tables) {
    this.allReduce = allReduce;
    this.tables = tables;
    this.rows = new int[tables.size()][];
    this.values = new float[tables.size()][];
    forget();
  }

  boolean isEmpty() {
    return tables.isEmpty();
  }

  /** Numbers that {@link #count} writes: how many rows of each table each rank has. */
  int counts() {
    return tables.size() * allReduce.worldSize();
  }

  /** Takes what this rank computed, weighted by its share of the step's rows. */
  void take(Gradients gradients, float share) {
    for (int table = 0; table < tables.size(); table++) {
      View view = tables.get(table);
      rows[table] = gradients.rowsOf(view).orElseThrow();
      values[table] = new float[rows[table].length * view.rowSize()];
      gradients.readRows(view, values[table], 0);
      for (int i = 0; i < values[table].length; i++) {
        values[table][i] *= share;
      }
    }
  }

  /** Where this rank has no row of the step. */
  void forget() {
    Arrays.fill(rows, new int[0]);
    Arrays.fill(values, new float[0]);
  }

  /** Writes this rank's counts, and zeros for those of the others. */
  void count(float[] into, int offset) {
    Arrays.fill(into, offset, offset + counts(), 0);
    for (int table = 0; table < tables.size(); table++) {
      into[offset + allReduce.rank() * tables.size() + table] = rows[table].length;
    }
  }

  /**
   * Writes the sums over all ranks to their places among the parameters.
   *
   * @param counts of all ranks, from {@code offset} on
   * @return by the name of each table, the rows that any rank has looked up
   */
  Map<String, int[]> sum(float[] counts, int offset, float[] parameters, long step)
      throws LostRoundException {
    int longest = 0;
    for (int rank = 0; rank < allReduce.worldSize(); rank++) {
      int length = 0;
      for (int table = 0; table < tables.size(); table++) {
        int count = (int) counts[offset + rank * tables.size() + table];
        length += count * (1 + tables.get(table).rowSize());
      }
      longest = Math.max(longest, length);
    }
    int all = Math.multiplyExact(longest, allReduce.worldSize());
    if (parts.length < all) {
      parts = new float[all];
    }
    pack(allReduce.rank() * longest);
    allReduce.gather(parts, longest, step);
    return add(counts, offset, longest, parameters);
  }

  private void pack(int from) {
    int at = from;
    for (int table = 0; table < tables.size(); table++) {
      for (int row : rows[table]) {
        parts[at++] = Float.intBitsToFloat(row);
      }
      System.arraycopy(values[table], 0, parts, at, values[table].length);
      at += values[table].length;
    }
  }

  private Map<String, int[]> add(float[] counts, int offset, int longest, float[] parameters) {
    Map<String, int[]> summed = new HashMap<>();
    int[] at = new int[allReduce.worldSize()];
    Arrays.setAll(at, rank -> rank * longest);
    for (int table = 0; table < tables.size(); table++) {
      View view = tables.get(table);
      BitSet seen = new BitSet();
      for (int rank = 0; rank < at.length; rank++) {
        int count = (int) counts[offset + rank * tables.size() + table];
        int first = at[rank] + count;
        for (int i = 0; i < count; i++) {
          int row = Float.floatToRawIntBits(parts[at[rank] + i]);
          addRow(first + i * view.rowSize(), view, row, seen.get(row), parameters);
          seen.set(row);
        }
        at[rank] = first + count * view.rowSize();
      }
      summed.put(view.name(), seen.stream().toArray());
    }
    return summed;
  }

  private void addRow(int from, View view, int row, boolean isThere, float[] parameters) {
    int to = view.offset() + row * view.rowSize();
    if (!isThere) {
      System.arraycopy(parts, from, parameters, to, view.rowSize());
      return;
    }
    for (int i = 0; i < view.rowSize(); i++) {
      parameters[to + i] += parts[from + i];
    }
  }
}
