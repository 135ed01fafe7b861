package io.kindling.cli.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * A white sheet to draw on, in points from the upper left corner. A point is two pixels, so that
 * the picture is sharp on fine screens.
 */
final class Sheet implements AutoCloseable {

  /** Pixels per point. */
  static final int RESOLUTION = 2;

  /** Height of a capital in the text of axes and cells, in points. */
  static final double SMALL = 8;

  /** Height of a capital in legends and subtitles. */
  static final double MEDIUM = 9;

  /** Height of a capital in titles. */
  static final double LARGE = 13;

  /** How heavy the strokes of letters are, as a share of a capital's height. */
  private static final double REGULAR = 0.115;

  private static final double BOLD = 0.17;

  /** Where text stands relative to the given point. */
  enum Align {
    LEFT(0),
    CENTER(0.5),
    RIGHT(1);

    private final double share;

    Align(double share) {
      this.share = share;
    }
  }

  private final BufferedImage image;
  private final Graphics2D graphics;

  Sheet(double width, double height) {
    // Without this, a machine with DISPLAY set but no X server refuses to draw even into memory.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }

    image =
        new BufferedImage(
            (int) Math.ceil(width * RESOLUTION),
            (int) Math.ceil(height * RESOLUTION),
            BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.scale(RESOLUTION, RESOLUTION);
    box(Ink.PAPER, 0, 0, width + 1, height + 1);
  }

  void box(Color color, double x, double y, double width, double height) {
    fill(color, new Rectangle2D.Double(x, y, width, height));
  }

  void roundBox(Color color, double x, double y, double width, double height, double radius) {
    fill(color, new RoundRectangle2D.Double(x, y, width, height, 2 * radius, 2 * radius));
  }

  void fill(Color color, Shape shape) {
    graphics.setColor(color);
    graphics.fill(shape);
  }

  /** A dot with a rim of paper, so that it stands out from the lines it sits on. */
  void dot(Color color, double x, double y, double radius) {
    double outer = radius + 1.2;
    fill(Ink.PAPER, new Ellipse2D.Double(x - outer, y - outer, 2 * outer, 2 * outer));
    fill(color, new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  void line(Color color, double width, double x0, double y0, double x1, double y1) {
    curve(color, width, new Line2D.Double(x0, y0, x1, y1));
  }

  void curve(Color color, double width, Shape shape) {
    graphics.setColor(color);
    graphics.setStroke(
        new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(shape);
  }

  /** Draws only inside the box until {@link #unclip()}. */
  void clip(double x, double y, double width, double height) {
    graphics.setClip(new Rectangle2D.Double(x, y, width, height));
  }

  void unclip() {
    graphics.setClip(null);
  }

  /**
   * Writes text with its baseline at {@code y}.
   *
   * @param capital the height of a capital in points
   */
  void text(String text, Color color, double capital, Align align, double x, double y) {
    write(text, color, capital, REGULAR, align, AffineTransform.getTranslateInstance(x, y));
  }

  void boldText(String text, Color color, double capital, Align align, double x, double y) {
    write(text, color, capital, BOLD, align, AffineTransform.getTranslateInstance(x, y));
  }

  /** Writes text that runs upwards and ends, starts or is centred at {@code y}. */
  void textUpwards(String text, Color color, double capital, Align align, double x, double y) {
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.quadrantRotate(3);
    write(text, color, capital, REGULAR, align, place);
  }

  private void write(
      String text, Color color, double capital, double weight, Align align, AffineTransform place) {
    place.translate(-align.share * width(text, capital), 0);
    Shape outline = StrokeFont.outline(text, capital);
    curve(color, weight * capital, place.createTransformedShape(outline));
  }

  static double width(String text, double capital) {
    return StrokeFont.width(text, capital);
  }

  /** Returns {@code text}, shortened to {@code width} points with dots at its end if need be. */
  static String fitting(String text, double capital, double width) {
    if (width(text, capital) <= width) {
      return text;
    }

    int end = text.length();
    while (end > 1 && width(text.substring(0, end).stripTrailing() + "…", capital) > width) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end).stripTrailing() + "…";
  }

  /** Writes the picture as PNG, replacing a file that is there; makes missing folders. */
  void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try (var out = Files.newOutputStream(file)) {
      ImageIO.setUseCache(false);
      ImageIO.write(image, "png", out);
    }
  }

  @Override
  public void close() {
    graphics.dispose();
  }
}
