package io.kindling.cli.digits;

import java.util.ArrayList;
import java.util.List;

/**
 * What the pen draws between touching the paper and leaving it.
 *
 * @param points x and y in turn, in a box of 100 × 100
 * @param isCorner for each point, whether the pen turns sharply there
 */
record Stroke(double[] points, boolean[] isCorner) {

  /** Straight pieces per curve between two points; finer than a pixel at the size we draw. */
  private static final int PIECES = 7;

  static Stroke parse(String text) {
    List<Double> points = new ArrayList<>();
    List<Boolean> corners = new ArrayList<>();

    for (String run : text.split("/", -1)) {
      for (String point : run.split(",", -1)) {
        for (String number : point.strip().split(" ", -1)) {
          points.add(Double.parseDouble(number));
        }
        corners.add(false);
      }
      corners.set(corners.size() - 1, true);
    }

    boolean[] isCorner = new boolean[corners.size()];
    for (int i = 0; i < isCorner.length; i++) {
      isCorner[i] = corners.get(i);
    }
    return new Stroke(points.stream().mapToDouble(Double::doubleValue).toArray(), isCorner);
  }

  int size() {
    return isCorner.length;
  }

  /**
   * Returns the points of a polyline that runs smoothly through {@code moved}, this stroke's points
   * after a hand has moved them: a Catmull-Rom spline, broken at the corners.
   */
  double[] smooth(double[] moved) {
    double[] line = new double[2 * (PIECES * (size() - 1) + 1)];
    int n = 0;

    for (int i = 0; i + 1 < size(); i++) {
      int before = i == 0 || isCorner[i] ? i : i - 1;
      int after = i + 2 == size() || isCorner[i + 1] ? i + 1 : i + 2;

      for (int piece = 0; piece < PIECES; piece++) {
        double t = (double) piece / PIECES;
        line[n++] = spline(t, moved[2 * before], moved[2 * i], moved[2 * i + 2], moved[2 * after]);
        line[n++] =
            spline(
                t, moved[2 * before + 1], moved[2 * i + 1], moved[2 * i + 3], moved[2 * after + 1]);
      }
    }

    line[n++] = moved[2 * size() - 2];
    line[n] = moved[2 * size() - 1];
    return line;
  }

  /** The curve from b to c whose direction at b is that of a → c, and at c that of b → d. */
  private static double spline(double t, double a, double b, double c, double d) {
    return 0.5
        * (2 * b + t * ((c - a) + t * ((2 * a - 5 * b + 4 * c - d) + t * (3 * (b - c) + d - a))));
  }
}
