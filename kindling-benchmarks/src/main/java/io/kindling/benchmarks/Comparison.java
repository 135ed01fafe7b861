package io.kindling.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Speeds of two sides, round by round.
 *
 * @param ours speed in each round; larger is better
 * @param other speed in the same round
 */
record Comparison(Case subject, double[] ours, double[] other) {

  /**
   * What is compared.
   *
   * @param benchmark the measurement
   * @param name of the case in it
   * @param bar the ratio that is asked for
   * @param unit of both speeds
   */
  record Case(String benchmark, String name, double bar, String unit) {}

  /** One side in one round. */
  @FunctionalInterface
  interface Side {
    /** Works for a while and says how fast it was. */
    double speed() throws Exception;
  }

  /**
   * Measures both sides in alternation: ours, other, other, ours, and so on, so that a machine that
   * becomes slower or faster does so for both. Each begins with a clean heap: on one core a full
   * collection takes as long as reading 20,000 rows, and would hit either side at random.
   *
   * @param warmUps rounds that do not count
   */
  static Comparison alternate(Case subject, int warmUps, int rounds, Side ours, Side other)
      throws Exception {
    double[] mine = new double[rounds];
    double[] theirs = new double[rounds];
    for (int round = -warmUps; round < rounds; round++) {
      boolean oursFirst = round % 2 == 0;
      double first = onCleanHeap(oursFirst ? ours : other);
      double second = onCleanHeap(oursFirst ? other : ours);
      if (round >= 0) {
        mine[round] = oursFirst ? first : second;
        theirs[round] = oursFirst ? second : first;
      }
    }
    return new Comparison(subject, mine, theirs);
  }

  private static double onCleanHeap(Side side) throws Exception {
    System.gc();
    return side.speed();
  }

  /** The median of the rounds' ratios. */
  double ratio() {
    return median(ratios());
  }

  /** How much of the bar is reached; 1 and more is enough. */
  double ofBar() {
    return ratio() / subject.bar();
  }

  private double[] ratios() {
    return IntStream.range(0, ours.length).mapToDouble(i -> ours[i] / other[i]).toArray();
  }

  /**
   * One line: the medians of both speeds and of the ratio, and as spread the smallest and largest
   * ratio of a round.
   */
  String toJson() {
    ObjectNode line = JsonMapper.builder().build().createObjectNode();
    line.put("name", subject.benchmark());
    line.put("case", subject.name());
    line.put("ours", rounded(median(ours)));
    line.put("other", rounded(median(other)));
    line.put("ratio", rounded(ratio()));
    line.put("bar", rounded(subject.bar()));
    line.put("unit", subject.unit());
    line.put("rounds", ours.length);
    line.put("median", rounded(ratio()));
    line.putArray("spread")
        .add(rounded(Arrays.stream(ratios()).min().orElse(Double.NaN)))
        .add(rounded(Arrays.stream(ratios()).max().orElse(Double.NaN)));
    return line.toString();
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(4)).doubleValue();
  }
}
