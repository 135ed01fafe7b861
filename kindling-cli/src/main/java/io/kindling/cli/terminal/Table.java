package io.kindling.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Rows under headers, aligned for reading: words to the left, numbers to the right.
 *
 * <p>Whole numbers are grouped by thousands, others have four decimals; a null is an empty cell. A
 * column with no cell but numbers is a column of numbers, and its header goes to the right, too.
 */
public final class Table {

  private static final String GAP = "  ";

  private final List<String> headers;
  private final List<List<Cell>> rows = new ArrayList<>();

  private record Cell(String text, boolean isNumber) {

    static final Cell EMPTY = new Cell("", true);

    static Cell of(Object value) {
      if (value == null) {
        return EMPTY;
      }
      if (value instanceof Double || value instanceof Float) {
        return new Cell(ProgressLine.number(((Number) value).doubleValue()), true);
      }
      if (value instanceof Number number) {
        return new Cell(String.format(Locale.ROOT, "%,d", number.longValue()), true);
      }
      return new Cell(value.toString(), false);
    }

    int width() {
      return text.codePointCount(0, text.length());
    }
  }

  private Table(List<String> headers) {
    this.headers = headers;
  }

  /** Returns an empty table. */
  public static Table withHeaders(String... headers) {
    return new Table(List.of(headers));
  }

  /** Adds a row; one cell per header. */
  public Table row(Object... cells) {
    if (cells.length != headers.size()) {
      throw new IllegalArgumentException(
          "Invalid row of "
              + cells.length
              + " cells. The table has "
              + headers.size()
              + " columns. Give one cell per column; null leaves it empty.");
    }
    rows.add(Arrays.stream(cells).map(Cell::of).toList());
    return this;
  }

  /** Returns the lines of the table: headers, a rule, and the rows, without spaces at line ends. */
  public List<String> lines() {
    int columns = headers.size();
    int[] widths = new int[columns];
    boolean[] isNumber = new boolean[columns];

    for (int c = 0; c < columns; c++) {
      int column = c;
      Cell header = new Cell(headers.get(c), false);
      widths[c] =
          Math.max(
              header.width(),
              rows.stream().mapToInt(row -> row.get(column).width()).max().orElse(0));
      isNumber[c] = !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).isNumber());
    }

    List<String> lines = new ArrayList<>();
    lines.add(line(headers.stream().map(name -> new Cell(name, false)).toList(), widths, isNumber));
    lines.add("-".repeat(Arrays.stream(widths).sum() + GAP.length() * (columns - 1)));
    rows.forEach(row -> lines.add(line(row, widths, isNumber)));
    return lines;
  }

  private static String line(List<Cell> cells, int[] widths, boolean[] isNumber) {
    StringBuilder line = new StringBuilder();

    for (int c = 0; c < widths.length; c++) {
      Cell cell = cells.get(c);
      String spaces = " ".repeat(widths[c] - cell.width());
      line.append(c == 0 ? "" : GAP)
          .append(isNumber[c] ? spaces + cell.text() : cell.text() + spaces);
    }

    return line.toString().stripTrailing();
  }

  @Override
  public String toString() {
    return String.join(System.lineSeparator(), lines());
  }
}
