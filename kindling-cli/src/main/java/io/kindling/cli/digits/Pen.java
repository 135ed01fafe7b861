package io.kindling.cli.digits;

import java.util.SplittableRandom;

/**
 * What leaves the ink.
 *
 * @param radius half the width of the line, in pixels
 * @param pressure how much wider the line is at its begin than at its end; negative the other way
 * @param softness over how many pixels the ink fades into the paper
 * @param ink the darkness of a full line, up to 1
 */
record Pen(double radius, double pressure, double softness, double ink) {

  static Pen random(SplittableRandom random) {
    return new Pen(
        Chance.between(random, 0.6, 1.75),
        Chance.between(random, -0.3, 0.3),
        Chance.between(random, 0.8, 1.7),
        Chance.between(random, 0.7, 1));
  }

  /** Draws a polyline of x and y in turn. */
  void draw(double[] line, Paper paper) {
    int pieces = line.length / 2 - 1;

    for (int i = 0; i < pieces; i++) {
      double along = (i + 0.5) / pieces;
      double width = radius * (1 + pressure * (1 - 2 * along));
      paper.touch(line[2 * i], line[2 * i + 1], line[2 * i + 2], line[2 * i + 3], width, softness);
    }
  }
}
