package io.kindling.cli.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How one person happens to write at one moment: how far the points stray, how the line bends, how
 * the digit is turned, slanted, scaled and placed, and with which pen.
 *
 * @param unrest how far each point strays, in hundredths of the box
 * @param bend four slow waves that push the line sideways: for x and for y two times amplitude,
 *     phase and wave numbers along x and y
 * @param placement the affine map from the box, centred at 0, to pixels: x' = p0 x + p1 y + p2 and
 *     y' = p3 x + p4 y + p5
 */
record Hand(double unrest, double[] bend, double[] placement, Pen pen) {

  /** Height of an average digit in pixels; the picture has 28. */
  private static final double HEIGHT = 20;

  /** Largest turn to either side: sine of 15 degrees. */
  private static final double LARGEST_TURN = 0.2588;

  private static final int WAVES = 4;

  private static final int NUMBERS_PER_WAVE = 4;

  static Hand random(SplittableRandom random) {
    double unrest = Chance.between(random, 0.8, 3.4);
    return new Hand(unrest, randomBend(random), randomPlacement(random), Pen.random(random));
  }

  private static double[] randomBend(SplittableRandom random) {
    double[] bend = new double[WAVES * NUMBERS_PER_WAVE];

    for (int i = 0; i < bend.length; i += NUMBERS_PER_WAVE) {
      bend[i] = Chance.around(random, 3.2);
      bend[i + 1] = random.nextDouble();
      bend[i + 2] = Chance.between(random, -1.1, 1.1) / 100;
      bend[i + 3] = Chance.between(random, -1.1, 1.1) / 100;
    }

    return bend;
  }

  private static double[] randomPlacement(SplittableRandom random) {
    double sine = Math.max(-LARGEST_TURN, Math.min(LARGEST_TURN, Chance.around(random, 0.12)));
    double cosine = Math.sqrt(1 - sine * sine);
    double slant = Chance.around(random, 0.16) - 0.08;
    double size = HEIGHT / 90 * Chance.between(random, 0.78, 1.1);
    double width = size * Chance.between(random, 0.76, 1.14);

    // Slant first, then scale, then turn, then place.
    double[] placement = new double[6];
    placement[0] = cosine * width;
    placement[1] = cosine * width * slant - sine * size;
    placement[2] = Digits.SIDE / 2.0 + Chance.around(random, 1.05);
    placement[3] = sine * width;
    placement[4] = sine * width * slant + cosine * size;
    placement[5] = Digits.SIDE / 2.0 + Chance.around(random, 1.05);
    return placement;
  }

  /** Returns the strokes as polylines in pixels, x and y in turn. */
  List<double[]> write(int label, SplittableRandom random) {
    int way = random.nextInt(Penmanship.ways(label));
    List<double[]> lines = new ArrayList<>();

    for (Stroke stroke : Penmanship.strokes(label, way)) {
      double[] moved = stroke.points().clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += Chance.around(random, unrest);
      }

      double[] line = stroke.smooth(moved);
      for (int i = 0; i < line.length; i += 2) {
        place(line, i);
      }
      lines.add(line);
    }

    return lines;
  }

  private void place(double[] line, int i) {
    double x = line[i];
    double y = line[i + 1];
    double bentX = x - 50 + wave(0, x, y) + wave(1, x, y);
    double bentY = y - 50 + wave(2, x, y) + wave(3, x, y);
    line[i] = placement[0] * bentX + placement[1] * bentY + placement[2];
    line[i + 1] = placement[3] * bentX + placement[4] * bentY + placement[5];
  }

  private double wave(int number, double x, double y) {
    int i = number * NUMBERS_PER_WAVE;
    return bend[i] * swing(bend[i + 1] + bend[i + 2] * x + bend[i + 3] * y);
  }

  /** A sine-like swing of period 1 made of parabolas; within 0.06 of the sine. */
  private static double swing(double turns) {
    double t = 2 * (turns - Math.floor(turns)) - 1;
    return 4 * t * (Math.abs(t) - 1);
  }
}
