package io.kindling.spark.scoring;

import org.apache.spark.sql.types.DataType;

/** Scores per class out of a row of an output, in a reused array. Belongs to one thread. */
final class ClassScores {

  private final Link link;
  private final int size;
  private final double[] scores;

  ClassScores(Link link, int size) {
    this.link = link;
    this.size = size;
    this.scores = new double[classes(link, size)];
  }

  /** Classes an output of {@code size} numbers tells apart; a single number tells two apart. */
  static int classes(Link link, int size) {
    if (link == Link.SOFTMAX && size < 2) {
      throw new IllegalArgumentException(
          "Invalid link SOFTMAX for an output of 1 number: its probability is always 1. Use"
              + " SIGMOID, or give the network an output per class.");
    }
    return Math.max(2, size);
  }

  static void check(DataType type, int size) {
    if (size != 1) {
      throw new IllegalArgumentException(
          "Invalid output of %d numbers per row for a column of type %s. Derive an array from it, or choose an output of 1 number."
              .formatted(size, type.catalogString()));
    }
  }

  double[] raw(float[] output, int from) {
    if (size == 1) {
      double x = output[from];
      scores[0] = link == Link.IDENTITY ? 1 - x : -x;
      scores[1] = x;
    } else {
      for (int i = 0; i < size; i++) {
        scores[i] = output[from + i];
      }
    }
    return scores;
  }

  double[] probabilities(float[] output, int from) {
    raw(output, from);
    switch (link) {
      case SOFTMAX -> softmax();
      case SIGMOID -> {
        // 1 / (1 + exp(-x)), which for -x is the probability of the other class without rounding.
        for (int i = 0; i < scores.length; i++) {
          scores[i] = 1 / (1 + Math.exp(-scores[i]));
        }
      }
      case IDENTITY -> {}
    }
    return scores;
  }

  /** p_i = exp(x_i - max x) / sum_j exp(x_j - max x); the maximum keeps exp from overflowing. */
  private void softmax() {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.exp(scores[i] - max);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
  }

  static int argmax(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }
}
