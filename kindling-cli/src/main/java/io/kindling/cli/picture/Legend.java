package io.kindling.cli.picture;

import java.awt.Color;

/** A row of colours and what they mean. */
final class Legend {

  private final Sheet sheet;
  private final double baseline;
  private double x;

  Legend(Sheet sheet, double x, double baseline) {
    this.sheet = sheet;
    this.x = x;
    this.baseline = baseline;
  }

  void add(Color color, String meaning) {
    double middle = baseline - Sheet.SMALL / 2;
    sheet.line(color, 3, x + 2, middle, x + 16, middle);
    sheet.text(meaning, Ink.TEXT, Sheet.SMALL, Sheet.Align.LEFT, x + 25, baseline);
    x += 25 + Sheet.width(meaning, Sheet.SMALL) + 26;
  }
}
