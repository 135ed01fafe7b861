package io.kindling.cli.picture;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A picture of which classes a classifier takes for which. Each row is an actual class and each
 * column a predicted one; right answers are blue, wrong ones orange, and the darker a cell, the
 * larger its share of the row. On the right stands the recall of each class: the share of its rows
 * that were found.
 *
 * <p>Small shares of errors are drawn darker than in proportion, since they are what one looks for.
 *
 * @param subtitle a quieter line below the title; may be empty
 * @param names of the classes
 * @param counts rows by actual class, then by predicted class; borrowed until {@link #write}
 */
public record ConfusionMatrix(String title, String subtitle, List<String> names, long[][] counts) {

  /** More classes than this would make a picture that nobody can read. */
  public static final int MOST_CLASSES = 100;

  private static final double LEAST_WIDTH = 520;
  private static final double MARGIN = 28;
  private static final double TOP = 74;
  private static final double LONGEST_NAME = 130;
  private static final double NAME_GAP = 10;
  private static final double AXIS_NAME = 30;
  private static final double RECALL_BAR = 64;
  private static final double RECALL_ROOM = 140;

  /** Cells are at most so large, and smaller where there are many classes. */
  private static final double LARGEST_CELL = 46;

  /** Few classes get cells wide enough for their names. */
  private static final double LARGEST_CELL_OF_FEW = 92;

  private static final int FEW_CLASSES = 6;

  private static final double SMALLEST_CELL = 11;

  private static final double WISHED_SIDE = 620;

  /** Below this size, cells have no numbers. */
  private static final double SMALLEST_CELL_WITH_COUNT = 18;

  private static final Color EMPTY = new Color(0xf4, 0xf6, 0xf8);

  public ConfusionMatrix {
    names = List.copyOf(names);
    if (names.isEmpty() || names.size() > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "Invalid number of classes "
              + names.size()
              + ". A confusion matrix shows 1 to "
              + MOST_CLASSES
              + " classes. Merge the rare ones.");
    }
    if (counts.length != names.size()) {
      throw new IllegalArgumentException(
          "Invalid counts with "
              + counts.length
              + " rows for "
              + names.size()
              + " classes. Give one row per class.");
    }
    for (int row = 0; row < counts.length; row++) {
      if (counts[row].length != names.size() || Arrays.stream(counts[row]).anyMatch(n -> n < 0)) {
        throw new IllegalArgumentException(
            "Invalid counts "
                + Arrays.toString(counts[row])
                + " of class '"
                + names.get(row)
                + "'. Give "
                + names.size()
                + " counts of at least 0.");
      }
    }
  }

  /** Returns a picture whose subtitle is the accuracy. */
  public static ConfusionMatrix of(String title, List<String> names, long[][] counts) {
    long all = Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
    long right = IntStream.range(0, counts.length).mapToLong(i -> counts[i][i]).sum();
    String subtitle =
        all == 0
            ? "no rows"
            : String.format(
                Locale.ROOT,
                "%,d of %,d rows right: accuracy %.4f",
                right,
                all,
                (double) right / all);
    return new ConfusionMatrix(title, subtitle, names, counts);
  }

  public ConfusionMatrix withSubtitle(String newSubtitle) {
    return new ConfusionMatrix(title, newSubtitle, names, counts);
  }

  /** Share of the rows of class {@code row} that were found; not a number without rows. */
  public double recall(int row) {
    return (double) counts[row][row] / total(row);
  }

  /** Writes the picture as PNG, replacing a file that is there; makes missing folders. */
  public void write(Path file) throws IOException {
    Layout layout = layout();

    try (Sheet sheet = new Sheet(layout.width(), layout.height())) {
      drawHeader(sheet, layout);
      drawCells(sheet, layout);
      drawNames(sheet, layout);
      drawRecall(sheet, layout);
      sheet.write(file);
    }
  }

  /** Where the cells are, and how large they and their text are. */
  private record Layout(
      double left, double top, double cell, double capital, int classes, boolean isUpright) {

    double x(int column) {
      return left + column * cell;
    }

    double y(int row) {
      return top + row * cell;
    }

    double width() {
      return Math.max(LEAST_WIDTH, x(classes) + RECALL_ROOM + MARGIN);
    }

    double height() {
      return y(classes) + MARGIN;
    }
  }

  private Layout layout() {
    int classes = names.size();
    double cell = Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, WISHED_SIDE / classes));
    double capital = Math.min(Sheet.SMALL, cell * 0.5);
    double longest =
        names.stream()
            .mapToDouble(name -> Math.min(LONGEST_NAME, Sheet.width(name, capital)))
            .max()
            .orElse(0);
    if (classes <= FEW_CLASSES) {
      cell = Math.max(cell, Math.min(LARGEST_CELL_OF_FEW, longest + 14));
    }
    boolean isUpright = longest > cell - 4;
    double left = MARGIN + AXIS_NAME + longest + NAME_GAP;
    double top = TOP + AXIS_NAME + NAME_GAP + (isUpright ? longest : capital);
    return new Layout(left, top, cell, capital, classes, isUpright);
  }

  private void drawHeader(Sheet sheet, Layout layout) {
    double room = layout.width() - 2 * MARGIN;
    String fitting = Sheet.fitting(title, Sheet.LARGE, room);
    sheet.boldText(fitting, Ink.TEXT, Sheet.LARGE, Sheet.Align.LEFT, MARGIN, 36);
    String quiet = Sheet.fitting(subtitle, Sheet.MEDIUM, room);
    sheet.text(quiet, Ink.QUIET_TEXT, Sheet.MEDIUM, Sheet.Align.LEFT, MARGIN, 57);
  }

  private void drawCells(Sheet sheet, Layout layout) {
    double gap = layout.cell() >= SMALLEST_CELL_WITH_COUNT ? 1.5 : 0.75;

    for (int row = 0; row < layout.classes(); row++) {
      for (int column = 0; column < layout.classes(); column++) {
        Color ground = color(row, column);
        double size = layout.cell() - gap;
        double radius = Math.min(3, layout.cell() / 8);
        sheet.roundBox(ground, layout.x(column), layout.y(row), size, size, radius);
        drawCount(sheet, layout, ground, row, column);
      }
    }
  }

  private Color color(int row, int column) {
    double share = (double) counts[row][column] / Math.max(1, total(row));
    if (share == 0) {
      return EMPTY;
    }
    return row == column
        ? Ink.between(new Color(0xd6, 0xe6, 0xf2), Ink.BLUE, share * share)
        : Ink.between(new Color(0xfd, 0xee, 0xe0), Ink.ORANGE, Math.sqrt(share) * 1.2);
  }

  private void drawCount(Sheet sheet, Layout layout, Color ground, int row, int column) {
    long count = counts[row][column];
    if (count == 0 || layout.cell() < SMALLEST_CELL_WITH_COUNT) {
      return;
    }

    String text = String.format(Locale.ROOT, "%,d", count);
    double room = layout.cell() - 6;
    double capital = Math.min(layout.capital() + 0.5, layout.cell() * 0.32);
    capital = Math.max(3.2, capital * Math.min(1, room / Sheet.width(text, capital)));
    sheet.text(
        text,
        Ink.on(ground),
        capital,
        Sheet.Align.CENTER,
        layout.x(column) + layout.cell() / 2 - 0.75,
        layout.y(row) + (layout.cell() + capital) / 2 - 0.75);
  }

  private void drawNames(Sheet sheet, Layout layout) {
    double capital = layout.capital();

    for (int i = 0; i < layout.classes(); i++) {
      String name = Sheet.fitting(names.get(i), capital, LONGEST_NAME);
      double center = layout.cell() / 2 - 0.75;
      double baseline = layout.y(i) + center + capital / 2;
      double x = layout.left() - NAME_GAP;
      sheet.text(name, Ink.TEXT, capital, Sheet.Align.RIGHT, x, baseline);

      double y = layout.top() - NAME_GAP;
      if (layout.isUpright()) {
        double middle = layout.x(i) + center + capital / 2;
        sheet.textUpwards(name, Ink.TEXT, capital, Sheet.Align.LEFT, middle, y);
      } else {
        sheet.text(name, Ink.TEXT, capital, Sheet.Align.CENTER, layout.x(i) + center, y);
      }
    }

    double half = layout.classes() * layout.cell() / 2;
    sheet.text(
        "predicted",
        Ink.QUIET_TEXT,
        Sheet.MEDIUM,
        Sheet.Align.CENTER,
        layout.left() + half,
        TOP + 16);
    sheet.textUpwards(
        "actual",
        Ink.QUIET_TEXT,
        Sheet.MEDIUM,
        Sheet.Align.CENTER,
        MARGIN + 9,
        layout.top() + half);
  }

  private void drawRecall(Sheet sheet, Layout layout) {
    double x = layout.x(layout.classes()) + 18;
    double capital = layout.capital();
    sheet.text(
        "recall", Ink.QUIET_TEXT, Sheet.MEDIUM, Sheet.Align.LEFT, x, layout.top() - NAME_GAP);

    for (int row = 0; row < layout.classes(); row++) {
      double middle = layout.y(row) + layout.cell() / 2 - 0.75;
      double thickness = Math.min(8, layout.cell() * 0.4);
      double recall = recall(row);
      sheet.roundBox(Ink.GRID, x, middle - thickness / 2, RECALL_BAR, thickness, thickness / 2);
      if (recall > 0) {
        double length = Math.max(thickness, RECALL_BAR * recall);
        sheet.roundBox(Ink.BLUE, x, middle - thickness / 2, length, thickness, thickness / 2);
      }
      String text =
          Double.isNaN(recall) ? "no rows" : String.format(Locale.ROOT, "%.1f%%", 100 * recall);
      double textX = x + RECALL_BAR + 10;
      sheet.text(text, Ink.TEXT, capital, Sheet.Align.LEFT, textX, middle + capital / 2);
    }
  }

  private long total(int row) {
    return Arrays.stream(counts[row]).sum();
  }
}
