package io.kindling.cli.digits;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Square paper that remembers, for each pixel, how deep inside the nearest line its centre lies.
 * The ink is computed from that depth at the end, so lines that cross do not become darker, and
 * edges are smooth without drawing at a higher resolution.
 */
final class Paper {

  private static final double UNTOUCHED = -1e9;

  private final int side;
  private final double[] depth;

  Paper(int side) {
    this.side = side;
    this.depth = new double[side * side];
    Arrays.fill(depth, UNTOUCHED);
  }

  /** Draws a straight piece; visits only the pixels that it can reach. */
  void touch(double x0, double y0, double x1, double y1, double radius, double softness) {
    double reach = radius + softness;
    int left = Math.max(0, (int) (Math.min(x0, x1) - reach));
    int right = Math.min(side - 1, (int) (Math.max(x0, x1) + reach));
    int top = Math.max(0, (int) (Math.min(y0, y1) - reach));
    int bottom = Math.min(side - 1, (int) (Math.max(y0, y1) + reach));

    double dx = x1 - x0;
    double dy = y1 - y0;
    double scale = 1 / Math.max(1e-12, dx * dx + dy * dy);

    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        double px = column + 0.5 - x0;
        double py = row + 0.5 - y0;
        double t = Math.max(0, Math.min(1, (px * dx + py * dy) * scale));
        double ex = px - t * dx;
        double ey = py - t * dy;
        double inside = radius - Math.sqrt(ex * ex + ey * ey);
        int pixel = row * side + column;
        depth[pixel] = Math.max(depth[pixel], inside);
      }
    }
  }

  /**
   * Returns the pixels: 0 where there is paper, up to 1 where there is ink, both a little dirty.
   */
  float[] develop(Pen pen, SplittableRandom random) {
    float[] pixels = new float[depth.length];
    double dirt = Chance.between(random, 0.01, 0.09);
    double grain = Chance.between(random, 0, 0.25);

    for (int i = 0; i < pixels.length; i++) {
      double edge = Math.max(0, Math.min(1, 0.5 + depth[i] / pen.softness()));
      double ink = pen.ink() * edge * edge * (3 - 2 * edge) * (1 - grain * random.nextDouble());
      double value = ink + dirt * (random.nextDouble() + random.nextDouble() - 1);
      pixels[i] = (float) Math.max(0, Math.min(1, value));
    }

    return pixels;
  }
}
