package io.kindling.cluster.allreduce;

import io.kindling.training.WireFormat;

/** How the gradient, which an exchange begins with, is summed over all ranks. */
@FunctionalInterface
interface GradientSum {

  /**
   * Replaces the gradient by what counts as its sum over all ranks, the same bits on all of them,
   * and what is behind it by its exact sums.
   */
  void sum(float[] exchange, long step) throws LostRoundException;

  /**
   * To the precision of the wire format.
   *
   * @param length of the gradient
   */
  static GradientSum inFormatOf(AllReduce allReduce, int length) {
    return allReduce.wireFormat() == WireFormat.FLOAT32
        ? allReduce::sum
        : with(new ErrorFeedback(allReduce, length), allReduce, length);
  }

  /**
   * Of what has added up to a threshold.
   *
   * @param share of the gradient that is to travel
   */
  static GradientSum above(double share, AllReduce allReduce, int length) {
    return with(new ThresholdSum(allReduce, new ThresholdCode(length, share)), allReduce, length);
  }

  /** Sums the gradient in its own way, and the rest in a round of its own. */
  private static GradientSum with(GradientSum gradient, AllReduce allReduce, int length) {
    return (exchange, step) -> {
      gradient.sum(exchange, step);
      allReduce.sum(exchange, length, exchange.length, step);
    };
  }
}
