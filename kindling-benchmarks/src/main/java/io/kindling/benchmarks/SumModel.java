package io.kindling.benchmarks;

import java.util.List;

/**
 * How long ranks take to sum an array, in closed form.
 *
 * <p>A rank sends {@code b = 2 n (W - 1) / W} of {@code n} bytes around the ring and receives and
 * handles as many, while its link moves them: {@code max(c b s, b / bandwidth)}, where {@code c} is
 * processor time per byte. {@code s} is how many ranks share a processor: {@code max(1, ranks per
 * machine / processors)}; so much longer everything takes that is computed. Each of the {@code 2 (W
 * - 1)} steps adds a message and the latency of the link once, as what follows is pipelined.
 *
 * @param secondsPerByte of a rank that sends, receives and adds it, on a processor of its own
 * @param secondsPerMessage of handing a frame over and of waking who waits for it
 */
record SumModel(double secondsPerByte, double secondsPerMessage) {

  /**
   * Between two ranks.
   *
   * @param sharing how many ranks share a processor, at least 1
   */
  record Links(String words, double bytesPerSecond, double latencySeconds, double sharing) {}

  /** What two ranks on processors of their own take to sum so many bytes over loopback. */
  record Sum(double bytes, double seconds) {

    private double secondsPerByte(double secondsOfSmallSum) {
      return (seconds - 2 * secondsOfSmallSum) / bytes;
    }
  }

  /** From sums of some sizes, which count alike, and a small one. */
  static SumModel of(List<Sum> sums, double secondsOfSmallSum) {
    double perByte =
        sums.stream()
            .mapToDouble(sum -> sum.secondsPerByte(secondsOfSmallSum))
            .average()
            .orElseThrow();
    return new SumModel(perByte, secondsOfSmallSum);
  }

  /** Ranks of this machine: bytes move as fast as they are copied, which is processor time. */
  static Links loopback(int ranks, int processors) {
    return new Links(
        "loopback", Double.POSITIVE_INFINITY, 0, Math.max(1, (double) ranks / processors));
  }

  double ring(double bytes, int ranks, Links links) {
    double moved = 2 * bytes * (ranks - 1) / ranks;
    double handled = moved * secondsPerByte * links.sharing();
    double steps = 2.0 * (ranks - 1);
    return Math.max(handled, moved / links.bytesPerSecond())
        + steps * (secondsPerMessage * links.sharing() + links.latencySeconds());
  }
}
