package io.kindling.cluster.strategy;

import io.kindling.cluster.strategy.Numbers.TableRows;
import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.RowGradient;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Gradients of rows of one table, added up over steps; rows stay in the order they came in. */
final class RowSum {

  private final View table;
  private final Map<Integer, Integer> places = new HashMap<>();
  private int[] rows = new int[0];
  private float[] values = new float[0];

  RowSum(View table) {
    this.table = table;
  }

  /** Adds those of one step, each row once; keeps the values, which it is given for good. */
  void add(RowGradient gradient) {
    if (rows.length == 0) {
      rows = gradient.rows().clone();
      values = gradient.values();
      return;
    }
    if (places.isEmpty()) { // only now, as most exchanges are about one step
      for (int i = 0; i < rows.length; i++) {
        places.put(rows[i], i);
      }
    }
    int width = table.rowSize();
    int[] more = gradient.rows();
    int most = places.size() + more.length;
    rows = Arrays.copyOf(rows, most);
    values = Arrays.copyOf(values, Math.multiplyExact(most, width));
    for (int i = 0; i < more.length; i++) {
      int place = places.computeIfAbsent(more[i], unseen -> places.size());
      rows[place] = more[i];
      for (int j = 0; j < width; j++) {
        values[place * width + j] += gradient.values()[i * width + j];
      }
    }
    rows = Arrays.copyOf(rows, places.size());
    values = Arrays.copyOf(values, places.size() * width);
  }

  /** The mean over steps; begins anew. */
  TableRows takeMean(int steps) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= steps;
    }
    TableRows mean = new TableRows(table, rows, values);
    places.clear();
    rows = new int[0];
    values = new float[0];
    return mean;
  }
}
