package io.kindling.cluster.strategy;

import io.kindling.network.ParameterLayout.View;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rows of a server's tables have been changed, one change after another. To ask what is new
 * costs as much as has been changed since, however large the tables are.
 *
 * <p>What is remembered is never more than the tables have rows: whoever has not asked for longer
 * is told all rows. Safe for use by many threads.
 */
final class ChangedRows {

  private final List<View> tables;
  private final long most;

  // Guarded by this.
  private final Deque<Change> changes = new ArrayDeque<>();
  private long last;
  private long remembered;

  /** The rows of each table. */
  private record Change(List<int[]> rows) {
    long count() {
      return rows.stream().mapToLong(each -> each.length).sum();
    }
  }

  /**
   * What has changed.
   *
   * @param last the number of the last change, to ask with the next time
   * @param rows of each table, each once
   */
  record News(long last, List<int[]> rows) {}

  ChangedRows(List<View> tables) {
    this.tables = tables;
    this.most = tables.stream().mapToLong(ChangedRows::rows).sum();
  }

  private static int rows(View table) {
    return table.size() / table.rowSize();
  }

  /** Rows of each table have been changed: said once they hold what they hold now. */
  void add(List<int[]> rows) {
    if (!tables.isEmpty()) { // else threads without locks would meet in one
      addRows(rows);
    }
  }

  private synchronized void addRows(List<int[]> rows) {
    Change change = new Change(rows);
    changes.addLast(change);
    last++;
    remembered += change.count();
    while (remembered > most) {
      remembered -= changes.removeFirst().count();
    }
  }

  /**
   * What has been changed since a change.
   *
   * @param since the number of a change; 0 is before the first
   */
  News since(long since) {
    return tables.isEmpty() ? new News(0, List.of()) : changedSince(since);
  }

  private synchronized News changedSince(long since) {
    if (last - changes.size() > since) {
      return new News(last, tables.stream().map(each -> all(rows(each))).toList());
    }
    return new News(
        last, IntStream.range(0, tables.size()).mapToObj(table -> of(table, since)).toList());
  }

  private int[] of(int table, long since) {
    IntStream.Builder rows = IntStream.builder();
    Iterator<Change> newest = changes.descendingIterator();
    for (long number = last; number > since; number--) {
      for (int row : newest.next().rows().get(table)) {
        rows.add(row);
      }
    }
    return rows.build().sorted().distinct().toArray();
  }

  private static int[] all(int rows) {
    return IntStream.range(0, rows).toArray();
  }
}
