package io.kindling.cluster.strategy;

import io.kindling.cluster.strategy.Numbers.TableRows;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The arrays that one server keeps: where each lies among all parameters, and where among its own,
 * which are no longer than they have to be. Tables of which only rows travel lie behind the others.
 *
 * @param among where the arrays lie among all parameters, in the order of the layout
 * @param layout where they lie at the server
 * @param tables how many of them, the last ones, travel by rows
 */
record Portion(List<View> among, ParameterLayout layout, int tables) {

  private static final int BLOCK = 4096; // floats: two of them fit into a first-level cache

  /**
   * @param byRows names of all tables of the network that travel by rows; their gradients are
   *     sparse
   */
  static Portion of(List<View> views, Set<String> byRows) {
    List<View> among = new ArrayList<>(views);
    among.sort(
        Comparator.comparing((View view) -> byRows.contains(view.name()))
            .thenComparing(View::offset));
    ParameterLayout layout = ParameterLayout.of(among.stream().map(View::spec).toList());
    int tables = (int) among.stream().filter(view -> byRows.contains(view.name())).count();
    return new Portion(List.copyOf(among), layout, tables);
  }

  /** The tables that travel by rows, where they lie at the server. */
  List<View> ownTables() {
    return layout.views().subList(firstTable(), among.size());
  }

  private int firstTable() {
    return among.size() - tables;
  }

  /** Floats of the server's arrays that are no such tables. */
  int denseSize() {
    return tables == 0 ? layout.size() : layout.views().get(firstTable()).offset();
  }

  /** All of the server's arrays, as a copy. */
  float[] of(float[] all) {
    float[] own = new float[layout.size()];
    copyIn(all, own, among.size());
    return own;
  }

  /** Copies those of the server's arrays that are no tables. */
  void pack(float[] all, float[] dense) {
    copyIn(all, dense, firstTable());
  }

  private void copyIn(float[] all, float[] own, int arrays) {
    for (int i = 0; i < arrays; i++) {
      View from = among.get(i);
      System.arraycopy(all, from.offset(), own, layout.views().get(i).offset(), from.size());
    }
  }

  /** Copies all of the server's arrays to their places among all. */
  void spread(float[] own, float[] all) {
    for (int i = 0; i < among.size(); i++) {
      View to = among.get(i);
      System.arraycopy(own, layout.views().get(i).offset(), all, to.offset(), to.size());
    }
  }

  /**
   * Copies those that are no tables to their places among all and to where an engine reads them:
   * block by block, so that the second copy finds them in the cache.
   */
  void unpack(float[] dense, float[] all, ParameterMirror mirror) {
    for (int i = 0; i < firstTable(); i++) {
      View from = layout.views().get(i);
      View to = among.get(i);
      for (int done = 0; done < to.size(); done += BLOCK) {
        int length = Math.min(BLOCK, to.size() - done);
        System.arraycopy(dense, from.offset() + done, all, to.offset() + done, length);
        mirror.write(all, to.offset() + done, length);
      }
    }
  }

  /** The rows that belong to the server: for each of its tables, of which there may be none. */
  List<TableRows> own(List<TableRows> all) {
    List<TableRows> own = new ArrayList<>();
    for (int i = firstTable(); i < among.size(); i++) {
      String name = among.get(i).name();
      View table = layout.views().get(i);
      own.add(
          all.stream()
              .filter(each -> each.table().name().equals(name))
              .findFirst()
              .map(each -> new TableRows(table, each.rows(), each.values()))
              .orElseGet(() -> new TableRows(table, new int[0], new float[0])));
    }
    return own;
  }

  /** Copies rows of each of the server's tables to their places among all and to an engine's. */
  void unpackRows(List<TableRows> own, float[] all, ParameterMirror mirror) {
    for (int i = 0; i < tables; i++) {
      View to = among.get(firstTable() + i);
      TableRows rows = own.get(i);
      int width = to.rowSize();
      for (int row = 0; row < rows.rows().length; row++) {
        int place = to.offset() + rows.rows()[row] * width;
        System.arraycopy(rows.values(), row * width, all, place, width);
        mirror.write(all, place, width);
      }
    }
  }
}
