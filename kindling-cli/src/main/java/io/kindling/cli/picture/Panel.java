package io.kindling.cli.picture;

import java.awt.Color;
import java.awt.geom.Path2D;

/**
 * One diagram of a picture: a rectangle of the sheet with an axis across and an axis up.
 *
 * @param left the rectangle in points, without labels
 */
record Panel(double left, double top, double width, double height, Scale across, Scale up) {

  private static final double LABEL_GAP = 9;

  double x(double value) {
    return left + width * across.place(value);
  }

  double y(double value) {
    return top + height * (1 - up.place(value));
  }

  double right() {
    return left + width;
  }

  double bottom() {
    return top + height;
  }

  /** Draws the grid, the labels of the axis up, and its name along it. */
  void drawFrame(Sheet sheet, String name) {
    for (double tick : across.ticks()) {
      sheet.line(Ink.GRID, 0.8, x(tick), top, x(tick), bottom());
    }

    for (double tick : up.ticks()) {
      sheet.line(Ink.GRID, 0.8, left, y(tick), right(), y(tick));
      double baseline = y(tick) + Sheet.SMALL / 2;
      sheet.text(
          up.label(tick),
          Ink.QUIET_TEXT,
          Sheet.SMALL,
          Sheet.Align.RIGHT,
          left - LABEL_GAP,
          baseline);
    }

    sheet.line(Ink.AXIS, 1, left, bottom(), right(), bottom());
    sheet.textUpwards(
        Sheet.fitting(name, Sheet.MEDIUM, height),
        Ink.TEXT,
        Sheet.MEDIUM,
        Sheet.Align.CENTER,
        26,
        top + height / 2);
  }

  /** Draws the labels of the axis across, and its name below. */
  void drawAxisAcross(Sheet sheet, String name) {
    for (double tick : across.ticks()) {
      sheet.line(Ink.AXIS, 1, x(tick), bottom(), x(tick), bottom() + 4);
      sheet.text(
          across.label(tick),
          Ink.QUIET_TEXT,
          Sheet.SMALL,
          Sheet.Align.CENTER,
          x(tick),
          bottom() + LABEL_GAP + Sheet.SMALL + 1);
    }
    sheet.text(name, Ink.TEXT, Sheet.MEDIUM, Sheet.Align.CENTER, left + width / 2, bottom() + 42);
  }

  /** Draws a value per epoch as a line with dots; values that are not finite leave a gap. */
  void drawEpochs(Sheet sheet, Color color, double[] values) {
    Path2D line = new Path2D.Double();
    boolean isJoined = false;

    for (int i = 0; i < values.length; i++) {
      if (isShown(values[i])) {
        append(line, isJoined, x(i + 1), y(values[i]));
      }
      isJoined = isShown(values[i]);
    }
    sheet.curve(color, 2.2, line);

    double radius = values.length <= 40 ? 3.2 : 0;
    for (int i = 0; i < values.length && radius > 0; i++) {
      if (isShown(values[i])) {
        sheet.dot(color, x(i + 1), y(values[i]), radius);
      }
    }
  }

  /** Draws many values, evenly spread over the whole width, as a thin line. */
  void drawSteps(Sheet sheet, Color color, double[] values) {
    Path2D line = new Path2D.Double();
    boolean isJoined = false;

    for (int i = 0; i < values.length; i++) {
      if (isShown(values[i])) {
        append(line, isJoined, left + width * (i + 1) / values.length, y(values[i]));
      }
      isJoined = isShown(values[i]);
    }

    sheet.curve(color, 0.9, line);
  }

  /** Fills what lies between two lines of values that are spread evenly over the whole width. */
  void drawBand(Sheet sheet, Color color, double[] low, double[] high) {
    double piece = width / low.length;

    for (int i = 0; i < low.length; i++) {
      if (isShown(low[i]) && isShown(high[i])) {
        double upper = y(high[i]);
        sheet.box(color, left + i * piece, upper, piece + 0.5, Math.max(1, y(low[i]) - upper));
      }
    }
  }

  private boolean isShown(double value) {
    return Double.isFinite(value) && (value > 0 || up.kind() == Scale.Kind.LINEAR);
  }

  private static void append(Path2D line, boolean isJoined, double x, double y) {
    if (isJoined) {
      line.lineTo(x, y);
    } else {
      line.moveTo(x, y);
      // A stretch of one point still shows, as a round dot.
      line.lineTo(x, y);
    }
  }
}
