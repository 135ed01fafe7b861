package io.kindling.spark.job;

import java.util.SplittableRandom;

/**
 * Whether a row is kept for validation: a number from 0 to 1 that depends on the seed and the row's
 * place alone.
 */
final class ValidationDraw {

  private ValidationDraw() {}

  static double of(long seed, int partition, long position) {
    return new SplittableRandom(
            seed * 0x9e3779b97f4a7c15L
                + partition * 0xbf58476d1ce4e5b9L
                + position * 0x94d049bb133111ebL)
        .nextDouble();
  }
}
