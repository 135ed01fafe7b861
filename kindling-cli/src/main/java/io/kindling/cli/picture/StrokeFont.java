package io.kindling.cli.picture;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * A typeface made of pen strokes, for machines without any font. Knows ASCII and a few signs that
 * charts need; an accented letter appears without its accent, and every other character as a box.
 *
 * <p>A glyph is its advance width, a colon, and a path on a grid where capitals are 14 high, small
 * letters 10, and the baseline is 0, upwards: {@code M x y} moves, {@code L x y} draws a line,
 * {@code K cx cy x y} draws a quarter of an ellipse around the corner (cx, cy), and {@code C} draws
 * a cubic Bezier curve.
 */
final class StrokeFont {

  /** Height of a capital on the glyph grid. */
  static final double CAPITAL = 14;

  /** Free space between two letters on the glyph grid. */
  private static final double GAP = 3.1;

  /** Control points at this share of the way to the corner make a quarter of an ellipse. */
  private static final double QUARTER = 0.5523;

  private static final Map<Integer, Glyph> GLYPHS = new HashMap<>();

  private static final Glyph BOX = Glyph.parse("8:M0 0 L8 0 L8 14 L0 14 L0 0");

  static {
    String ring = "M8.6 5 K8.6 10 4.3 10 K0 10 0 5 K0 0 4.3 0 K8.6 0 8.6 5";

    add('A', "11:M0 0 L5.5 14 L11 0 M1.9 4.8 L9.1 4.8");
    add(
        'B',
        "9.6:M0 0 L0 14 L5 14 K8.8 14 8.8 10.7 K8.8 7.4 5 7.4 L0 7.4 M5 7.4 K9.6 7.4 9.6 3.7 K9.6 0 5 0 L0 0");
    add('C', "10.8:M10.8 11.4 C9.8 13 8.4 14 6.6 14 K0 14 0 7 K0 0 6.6 0 C8.4 0 9.8 1 10.8 2.6");
    add('D', "10.8:M0 0 L0 14 L4.4 14 K10.8 14 10.8 7 K10.8 0 4.4 0 L0 0");
    add('E', "8.6:M8.6 14 L0 14 L0 0 L8.6 0 M0 7.3 L7.4 7.3");
    add('F', "8.4:M8.4 14 L0 14 L0 0 M0 7.1 L7.2 7.1");
    add(
        'G',
        "11.4:M11 11.4 C10 13 8.6 14 6.7 14 K0 14 0 7 K0 0 6.7 0 C8.8 0 10.5 0.9 11.4 2.2 L11.4 6.6 L7.2 6.6");
    add('H', "10.2:M0 0 L0 14 M10.2 0 L10.2 14 M0 7.3 L10.2 7.3");
    add('I', "0.8:M0.4 0 L0.4 14");
    add('J', "6.4:M6.4 14 L6.4 4 K6.4 0 3.2 0 K0.6 0 0 2.8");
    add('K', "9.8:M0 0 L0 14 M9.4 14 L0 5.2 M3.5 8.5 L9.8 0");
    add('L', "8:M0 14 L0 0 L8 0");
    add('M', "12.6:M0 0 L0 14 L6.3 3.6 L12.6 14 L12.6 0");
    add('N', "10.4:M0 0 L0 14 L10.4 0 L10.4 14");
    add('O', "13.2:M6.6 14 K0 14 0 7 K0 0 6.6 0 K13.2 0 13.2 7 K13.2 14 6.6 14");
    add('P', "9.2:M0 0 L0 14 L5 14 K9.2 14 9.2 10.2 K9.2 6.4 5 6.4 L0 6.4");
    add(
        'Q',
        "13.2:M6.6 14 K0 14 0 7 K0 0 6.6 0 K13.2 0 13.2 7 K13.2 14 6.6 14 M8.2 3.6 L12.8 -1.2");
    add('R', "9.8:M0 0 L0 14 L5 14 K9.2 14 9.2 10.2 K9.2 6.4 5 6.4 L0 6.4 M4.8 6.4 L9.8 0");
    add(
        'S',
        "9.6:M9 11.4 C8.4 13.1 6.9 14 4.9 14 C2.4 14 0.6 12.6 0.6 10.5 C0.6 8.3 2.5 7.6 4.9 7.1 C7.5 6.5 9.6 5.8 9.6 3.6 C9.6 1.4 7.7 0 5 0 C2.6 0 0.7 1 0 3");
    add('T', "10:M0 14 L10 14 M5 14 L5 0");
    add('U', "10.2:M0 14 L0 5 K0 0 5.1 0 K10.2 0 10.2 5 L10.2 14");
    add('V', "10.8:M0 14 L5.4 0 L10.8 14");
    add('W', "15.6:M0 14 L3.9 0 L7.8 13 L11.7 0 L15.6 14");
    add('X', "9.8:M0 14 L9.8 0 M9.8 14 L0 0");
    add('Y', "10.2:M0 14 L5.1 6.6 L10.2 14 M5.1 6.6 L5.1 0");
    add('Z', "9.4:M0 14 L9.4 14 L0 0 L9.4 0");

    add(
        'a',
        "7.5:M0.7 8.1 C1.4 9.4 2.6 10 4.1 10 K7.5 10 7.5 6.8 L7.5 0 M7.5 5.9 L3.9 5.7 K0 5.5 0 2.8 K0 0 3.2 0 C5.5 0 7.5 1.7 7.5 4");
    add('b', "8.6:M0 14 L0 0 " + ring);
    add('c', "7.4:M7.4 8 C6.6 9.3 5.6 10 4.3 10 K0 10 0 5 K0 0 4.3 0 C5.6 0 6.6 0.7 7.4 2");
    add('d', "8.6:M8.6 14 L8.6 0 " + ring);
    add('e', "8.2:M0.1 5.3 L8.2 5.3 K8.2 10 4.2 10 K0 10 0 5 K0 0 4.4 0 C5.9 0 7.1 0.7 7.8 2");
    add('f', "5:M5.2 14 L4.6 14 K2 14 2 11.2 L2 0 M0 10 L4.8 10");
    add('g', "8.6:M8.6 10 L8.6 -0.4 K8.6 -4.2 4.4 -4.2 C2.6 -4.2 1.3 -3.6 0.5 -2.4 " + ring);
    add('h', "7.6:M0 14 L0 0 M0 6 K0 10 3.9 10 K7.6 10 7.6 6.2 L7.6 0");
    add('i', "0.6:M0.3 10 L0.3 0 M0.3 13.6 L0.3 13.7");
    add('j', "2:M2 10 L2 -1.8 K2 -4.2 -0.2 -4.2 M2 13.6 L2 13.7");
    add('k', "7.4:M0 14 L0 0 M6.9 10 L0 3.6 M2.8 6.1 L7.4 0");
    add('l', "0.6:M0.3 14 L0.3 0");
    add(
        'm',
        "12.6:M0 10 L0 0 M0 6.2 K0 10 3.4 10 K6.3 10 6.3 6.4 L6.3 0 M6.3 6.2 K6.3 10 9.7 10 K12.6 10 12.6 6.4 L12.6 0");
    add('n', "7.6:M0 10 L0 0 M0 6 K0 10 3.9 10 K7.6 10 7.6 6.2 L7.6 0");
    add('o', "8.6:" + ring);
    add('p', "8.6:M0 10 L0 -4.2 " + ring);
    add('q', "8.6:M8.6 10 L8.6 -4.2 " + ring);
    add('r', "4.4:M0 10 L0 0 M0 5.6 K0 10 4.4 10");
    add(
        's',
        "6.7:M6.3 8.2 C5.8 9.4 4.8 10 3.4 10 C1.6 10 0.4 9 0.4 7.6 C0.4 6 1.8 5.5 3.5 5.1 C5.3 4.7 6.7 4.1 6.7 2.5 C6.7 0.9 5.4 0 3.5 0 C1.7 0 0.5 0.8 0 2.1");
    add('t', "5:M2.1 13 L2.1 2.8 K2.1 0 4.5 0 L5 0 M0 10 L4.8 10");
    add('u', "7.6:M0 10 L0 3.8 K0 0 3.7 0 K7.6 0 7.6 4 M7.6 10 L7.6 0");
    add('v', "8:M0 10 L4 0 L8 10");
    add('w', "12:M0 10 L3 0 L6 9.4 L9 0 L12 10");
    add('x', "7.4:M0 10 L7.4 0 M7.4 10 L0 0");
    add('y', "8.2:M8.2 10 L3.6 -2 K2.7 -4.2 0.6 -4.2 M0 10 L4.3 -0.2");
    add('z', "7:M0 10 L7 10 L0 0 L7 0");

    add('0', "9:M4.5 14 K0 14 0 7 K0 0 4.5 0 K9 0 9 7 K9 14 4.5 14");
    add('1', "9:M1.6 11.2 L5.2 14 L5.2 0");
    add('2', "9:M0.5 10.3 K0.5 14 4.5 14 K8.5 14 8.5 10.4 C8.5 8.4 7.4 7 5.8 5.3 L0.4 0 L9 0");
    add(
        '3',
        "9:M0.7 11.5 C1.3 13.2 2.6 14 4.4 14 K8.3 14 8.3 10.8 K8.3 7.6 4.4 7.6 L3.2 7.6 M4.4 7.6 K9 7.6 9 3.8 K9 0 4.4 0 C2.2 0 0.6 1 0.1 2.8");
    add('4', "9:M6.7 0 L6.7 14 L0 4 L9 4");
    add(
        '5',
        "9:M8.1 14 L1.7 14 L0.9 7.7 C1.8 8.6 3 9.1 4.4 9.1 K9 9.1 9 4.6 K9 0 4.4 0 C2.4 0 0.8 1 0.1 2.6");
    add(
        '6',
        "9:M7.9 12.6 C7.1 13.5 6.2 14 5 14 K0 14 0 6.4 L0 4.6 M0 4.6 K0 9.1 4.5 9.1 K9 9.1 9 4.5 K9 0 4.5 0 K0 0 0 4.6");
    add('7', "9:M0.2 14 L8.8 14 L3.3 0");
    add(
        '8',
        "9:M4.5 14 K0.8 14 0.8 10.8 K0.8 7.6 4.5 7.6 K8.2 7.6 8.2 10.8 K8.2 14 4.5 14 M4.5 7.6 K0 7.6 0 3.8 K0 0 4.5 0 K9 0 9 3.8 K9 7.6 4.5 7.6");
    add(
        '9',
        "9:M1.1 1.4 C1.9 0.5 2.8 0 4 0 K9 0 9 7.6 L9 9.4 M9 9.4 K9 4.9 4.5 4.9 K0 4.9 0 9.5 K0 14 4.5 14 K9 14 9 9.4");

    add(' ', "3.2:");
    add('.', "1.2:M0.6 0 L0.6 0.1");
    add(',', "1.6:M1.2 0.2 L0.4 -2.6");
    add(':', "1:M0.5 0 L0.5 0.1 M0.5 8 L0.5 8.1");
    add(';', "1:M1 0.2 L0.2 -2.6 M0.8 8 L0.8 8.1");
    add('!', "1:M0.5 14 L0.5 4.4 M0.5 0 L0.5 0.1");
    add(
        '?',
        "7:M0 11 K0.2 14 3.5 14 K7 14 7 10.8 C7 8.6 5.8 8 4.8 7.2 C3.8 6.4 3.5 5.8 3.5 4.2 M3.5 0 L3.5 0.1");
    add('\'', "0.8:M0.4 14 L0.4 10.4");
    add('"', "3.2:M0 14 L0 10.4 M3.2 14 L3.2 10.4");
    add('(', "3.4:M3.4 16 C1 13 0 10 0 6.4 C0 2.8 1 -0.2 3.4 -3.2");
    add(')', "3.4:M0 16 C2.4 13 3.4 10 3.4 6.4 C3.4 2.8 2.4 -0.2 0 -3.2");
    add('[', "3:M3 16 L0 16 L0 -3 L3 -3");
    add(']', "3:M0 16 L3 16 L3 -3 L0 -3");
    add('{', "4:M4 16 K2 16 2 13.6 L2 9 K2 6.5 0 6.5 K2 6.5 2 4 L2 -0.6 K2 -3 4 -3");
    add('}', "4:M0 16 K2 16 2 13.6 L2 9 K2 6.5 4 6.5 K2 6.5 2 4 L2 -0.6 K2 -3 0 -3");
    add('<', "8:M8 11 L0 6.4 L8 1.8");
    add('>', "8:M0 11 L8 6.4 L0 1.8");
    add('/', "6.4:M0 -2 L6.4 15.4");
    add('\\', "6.4:M0 15.4 L6.4 -2");
    add('|', "1:M0.5 16 L0.5 -3.4");
    add('-', "5:M0 5.4 L5 5.4");
    add('_', "8:M0 -1.6 L8 -1.6");
    add('+', "8.4:M0 6.2 L8.4 6.2 M4.2 10.4 L4.2 2");
    add('=', "8.4:M0 8.2 L8.4 8.2 M0 4.4 L8.4 4.4");
    add('*', "6:M3 14 L3 8 M0.4 12.5 L5.6 9.5 M5.6 12.5 L0.4 9.5");
    add(
        '&',
        "11:M10.8 0 L2.6 10 C1.6 11.4 2.2 14 4.8 14 C7.4 14 7.9 11 6.2 9.6 L2.2 6.9 C-1 4.6 0 0 4 0 C7.4 0 9.8 3.4 10 6.6");
    add(
        '%',
        "13:M11 14 L2 0 M3 14 K0 14 0 10.8 K0 7.6 3 7.6 K6 7.6 6 10.8 K6 14 3 14 M10 6.4 K7 6.4 7 3.2 K7 0 10 0 K13 0 13 3.2 K13 6.4 10 6.4");
    add(
        '$',
        "9.6:M9 11.4 C8.4 13.1 6.9 14 4.9 14 C2.4 14 0.6 12.6 0.6 10.5 C0.6 8.3 2.5 7.6 4.9 7.1 C7.5 6.5 9.6 5.8 9.6 3.6 C9.6 1.4 7.7 0 5 0 C2.6 0 0.7 1 0 3 M4.9 16 L4.9 -2");
    add('#', "10:M3.6 14 L2 0 M8 14 L6.4 0 M0.6 9.6 L10 9.6 M0 4.4 L9.4 4.4");
    add(
        '@',
        "13:M9.2 8.8 C8.6 9.6 7.8 10 6.8 10 K3.6 10 3.6 6.4 K3.6 3 6.4 3 C8.2 3 9.2 4.4 9.2 6.4 M9.2 9.8 L9.2 5.2 K9.2 3 11 3 K13 3 13 7 K13 14 6.6 14 K0 14 0 6.6 K0 -1.4 6.8 -1.4 C8.6 -1.4 10 -1 11 -0.2");
    add('^', "7:M0 9.4 L3.5 14 L7 9.4");
    add('~', "8.4:M0 5.4 C1 7.6 2.6 7.6 4.2 6.2 C5.8 4.8 7.4 4.8 8.4 7");
    add('`', "2.4:M0 14 L2.4 11.6");
    add('·', "0:M0 6 L0 6.1");
    add('×', "7:M0 9.6 L7 2.6 M7 9.6 L0 2.6");
    add('–', "8:M0 5.4 L8 5.4");
    add('—', "13:M0 5.4 L13 5.4");
    add('−', "8.4:M0 6.2 L8.4 6.2");
    add('…', "9:M0 0 L0 0.1 M4.5 0 L4.5 0.1 M9 0 L9 0.1");
    add('°', "4.4:M2.2 14 K0 14 0 11.8 K0 9.6 2.2 9.6 K4.4 9.6 4.4 11.8 K4.4 14 2.2 14");
    add('±', "8.4:M0 7.4 L8.4 7.4 M4.2 11.6 L4.2 3.2 M0 0 L8.4 0");
    add(
        'ß',
        "8.4:M0 0 L0 10.2 K0 14 3.8 14 K7.4 14 7.4 11 C7.4 8.8 5.6 8.2 4 8 M4 8 K8.4 8 8.4 4 K8.4 0 3.6 0");
    add('ø', "8.6:" + ring + " M0.4 -0.6 L8.2 10.6");
    add('ł', "2.8:M1.4 14 L1.4 0 M-0.4 5.6 L3.2 8.6");
  }

  private record Glyph(double advance, Path2D path) {

    static Glyph parse(String text) {
      int colon = text.indexOf(':');
      Path2D path = new Path2D.Double();
      StringTokenizer tokens = new StringTokenizer(text.substring(colon + 1));

      while (tokens.hasMoreTokens()) {
        String first = tokens.nextToken();
        double x = Double.parseDouble(first.substring(1));
        double y = number(tokens);
        switch (first.charAt(0)) {
          case 'M' -> path.moveTo(x, y);
          case 'L' -> path.lineTo(x, y);
          case 'K' -> quarter(path, x, y, number(tokens), number(tokens));
          case 'C' ->
              path.curveTo(x, y, number(tokens), number(tokens), number(tokens), number(tokens));
          default -> throw new IllegalStateException("Invalid glyph '" + text + "'.");
        }
      }

      return new Glyph(Double.parseDouble(text.substring(0, colon)), path);
    }

    private static double number(StringTokenizer tokens) {
      return Double.parseDouble(tokens.nextToken());
    }

    private static void quarter(Path2D path, double cx, double cy, double x, double y) {
      double fromX = path.getCurrentPoint().getX();
      double fromY = path.getCurrentPoint().getY();
      path.curveTo(
          fromX + QUARTER * (cx - fromX),
          fromY + QUARTER * (cy - fromY),
          x + QUARTER * (cx - x),
          y + QUARTER * (cy - y),
          x,
          y);
    }
  }

  private StrokeFont() {}

  private static void add(char character, String glyph) {
    GLYPHS.put((int) character, Glyph.parse(glyph));
  }

  /** Width of {@code text} when capitals are {@code capital} high. */
  static double width(String text, double capital) {
    double width = plain(text).codePoints().mapToDouble(c -> glyph(c).advance() + GAP).sum();
    return Math.max(0, width - GAP) * capital / CAPITAL;
  }

  /** The centre lines of {@code text}, starting at 0 on the baseline, y downwards. */
  static Shape outline(String text, double capital) {
    double scale = capital / CAPITAL;
    Path2D outline = new Path2D.Double();
    double x = 0;

    for (int character : plain(text).codePoints().toArray()) {
      Glyph glyph = glyph(character);
      AffineTransform placed = new AffineTransform(scale, 0, 0, -scale, x * scale, 0);
      outline.append(glyph.path().getPathIterator(placed), false);
      x += glyph.advance() + GAP;
    }

    return outline;
  }

  private static Glyph glyph(int character) {
    return GLYPHS.getOrDefault(character, BOX);
  }

  /** Takes off accents that have no glyph of their own. */
  private static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}+", "");
  }
}
