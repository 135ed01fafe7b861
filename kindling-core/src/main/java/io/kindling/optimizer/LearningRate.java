package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The length of a step as a function of the number of steps done before it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LearningRate.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = LearningRate.Cosine.class, name = "cosine")
})
public sealed interface LearningRate {

  /** The rate of the step that comes after {@code done} steps. */
  double at(long done);

  /** The same schedule from another first rate. */
  LearningRate startingAt(double rate);

  static LearningRate constant(double rate) {
    return new Constant(rate);
  }

  /**
   * From {@code rate} along half a cosine down to 0 after {@code steps} steps. Loshchilov and
   * Hutter, <i>SGDR</i>, 2017, without restarts.
   */
  static LearningRate cosine(double rate, long steps) {
    return new Cosine(rate, steps, 0);
  }

  private static void check(double rate) {
    if (!(rate > 0) || rate == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Invalid learning rate " + rate + ". Use a positive number, such as 0.001.");
    }
  }

  /** η(t) = η₀. */
  record Constant(double rate) implements LearningRate {
    public Constant {
      check(rate);
    }

    @Override
    public double at(long done) {
      return rate;
    }

    @Override
    public LearningRate startingAt(double rate) {
      return new Constant(rate);
    }
  }

  /**
   * η(t) = η₀ (α + (1 − α) (1 + cos(π min(t, T) / T)) / 2).
   *
   * @param steps T, over which the rate falls
   * @param alpha the last rate as a share of the first
   */
  record Cosine(double rate, long steps, double alpha) implements LearningRate {
    public Cosine {
      check(rate);
      if (steps < 1) {
        throw new IllegalArgumentException(
            "Invalid number of steps " + steps + " of a cosine. Use at least 1.");
      }
      if (!(alpha >= 0 && alpha <= 1)) {
        throw new IllegalArgumentException(
            "Invalid alpha " + alpha + " of a cosine. Use a share from 0 to 1.");
      }
    }

    @Override
    public double at(long done) {
      double fallen = (1 + Math.cos(Math.PI * Math.min(done, steps) / steps)) / 2;
      return rate * (alpha + (1 - alpha) * fallen);
    }

    @Override
    public LearningRate startingAt(double rate) {
      return new Cosine(rate, steps, alpha);
    }
  }
}
