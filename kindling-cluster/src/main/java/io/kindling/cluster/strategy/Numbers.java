package io.kindling.cluster.strategy;

import io.kindling.network.ParameterLayout.View;
import java.util.List;

/**
 * Numbers of arrays, on their way to a server or back: of most arrays all, of tables some rows.
 *
 * @param dense each number at its place, up to the last array that is no table
 */
record Numbers(float[] dense, List<TableRows> rows) {

  /**
   * Some rows of a table.
   *
   * @param rows numbers along the outermost axis, each once, in any order
   * @param values of the rows, one behind the other
   */
  record TableRows(View table, int[] rows, float[] values) {}
}
