package io.kindling.cluster.allreduce;

import java.util.Arrays;

/**
 * Threshold encoding: of a gradient, only those elements travel that have added up to a threshold
 * τ, as their numbers with a sign; what has not travelled waits in a residual for the next
 * gradients.
 *
 * <p>With g the gradient and r the residual, for every element
 *
 * <pre>
 *   r += g;   where |r| ≥ τ: send sgn r, and r −= τ sgn r
 * </pre>
 *
 * <p>Nothing is lost: all that was sent, and the residual, are all gradients together. Strom,
 * Scalable Distributed DNN Training Using Commodity GPU Cloud Computing, 2015.
 *
 * <p>τ adapts in each round: it is the quantile of |r| above which the share of elements lies that
 * is to travel, taken from a sample. A τ that follows the count of those that travelled in the last
 * round, by a factor, was tried and oscillates between none and all, since what waits grows while τ
 * is too large; the quantile is on target from the first round on and after every change of scale.
 *
 * <p>An element that was not a number stays so in the residual and is never sent; the loss, which
 * is summed as it is, says that the training has failed.
 *
 * <p>A message is an array of ints: the bits of τ, then the element i as i where it is positive and
 * as ~i where it is negative. Costs an array of the gradient's length, a pass over it, and a sort
 * of the sample.
 */
final class ThresholdCode {

  /** With 1/1000 to travel, 16 of the sample lie above τ, and so the count is within a fourth. */
  private static final int SAMPLE = 1 << 14;

  /**
   * No message has more than so many times the elements that are to travel, whatever the sample
   * said; the others wait. The next message begins where one had to end, so that all get their
   * turn.
   */
  private static final int MOST = 8;

  private final float[] residual;
  private final double share;
  private final float[] sample;
  private final int[] message;
  private float threshold = Float.POSITIVE_INFINITY;
  private int start;
  private int draw = 1;

  /**
   * @param length the elements of the gradient
   * @param share of them that is to travel in a round, above 0 and up to 1
   */
  ThresholdCode(int length, double share) {
    assert share > 0 && share <= 1 : share;
    this.residual = new float[length];
    this.share = share;
    this.sample = new float[Math.min(length, SAMPLE)];
    this.message = new int[1 + (int) Math.min(length, MOST * Math.ceil(share * length))];
  }

  int length() {
    return residual.length;
  }

  /** What has not travelled; the array itself. */
  float[] residual() {
    return residual;
  }

  /**
   * Adds the gradient to the residual, and takes from it what is to travel.
   *
   * @param gradient at least as long as the code; only read
   */
  int[] encode(float[] gradient) {
    for (int i = 0; i < residual.length; i++) {
      residual[i] += gradient[i];
    }
    adapt();
    message[0] = Float.floatToRawIntBits(threshold);
    int words = take(start, residual.length, 1);
    words = take(0, start, words);
    int[] taken = Arrays.copyOf(message, words);
    if (words == message.length && words > 1) {
      int last = taken[words - 1];
      start = ((last < 0 ? ~last : last) + 1) % residual.length;
    }
    return taken;
  }

  /**
   * Adds what a message says.
   *
   * @param words bits of floats, as an all-reduce gathers them
   */
  static void add(float[] words, int from, int to, float[] sums) {
    float threshold = words[from];
    for (int word = from + 1; word < to; word++) {
      int element = Float.floatToRawIntBits(words[word]);
      if (element < 0) {
        sums[~element] -= threshold;
      } else {
        sums[element] += threshold;
      }
    }
  }

  /**
   * The sample is spread evenly, one drawn of each stretch: at equal distances it would see some
   * columns of a matrix only.
   */
  private void adapt() {
    int sampled = 0;
    for (int i = 0; i < sample.length; i++) {
      // Marsaglia, Xorshift RNGs, 2003; the same draws in every training.
      draw ^= draw << 13;
      draw ^= draw >>> 17;
      draw ^= draw << 5;
      int from = (int) ((long) i * residual.length / sample.length);
      int to = (int) ((long) (i + 1) * residual.length / sample.length);
      float magnitude = Math.abs(residual[from + (draw >>> 1) % (to - from)]);
      if (magnitude <= Float.MAX_VALUE) {
        sample[sampled++] = magnitude;
      }
    }
    Arrays.sort(sample, 0, sampled);
    int quantile = Math.max(0, sampled - (int) Math.ceil(share * sampled));
    // Where fewer elements than are to travel are not 0, all of those do; with none, τ is as it
    // was.
    while (quantile < sampled && sample[quantile] == 0) {
      quantile++;
    }
    if (quantile < sampled) {
      threshold = sample[quantile];
    }
  }

  private int take(int from, int to, int words) {
    int next = words;
    for (int i = from; i < to && next < message.length; i++) {
      if (residual[i] >= threshold) {
        residual[i] -= threshold;
        message[next++] = i;
      } else if (residual[i] <= -threshold) {
        residual[i] += threshold;
        message[next++] = ~i;
      }
    }
    return next;
  }
}
