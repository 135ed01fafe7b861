package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import java.util.List;

/**
 * The length of a step as a function of the number of steps done before it.
 *
 * <p>Anyone may write another: a record that Jackson can write and read; in texts it stands under
 * its class name.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "type")
@JsonTypeIdResolver(LearningRateTypeIds.class)
public interface LearningRate {

  /** The rate of the step that comes after {@code done} steps. */
  double at(long done);

  /** What people call the learning rate: the first, or the one that is warmed up to. */
  double rate();

  /** The same schedule, all its rates in proportion to another {@link #rate}. */
  LearningRate withRate(double rate);

  /**
   * The schedule for the next epoch.
   *
   * @param losses of the epochs so far: of the validation where there is one, else of the training
   */
  default LearningRate afterEpochs(List<Double> losses) {
    return this;
  }

  /**
   * Down by {@code factor} whenever the loss has not become less for {@code patience} epochs; see
   * {@link PlateauDecay} for more settings.
   */
  static LearningRate plateau(double rate, double factor, int patience) {
    return new PlateauDecay(LearningRate.constant(rate), factor, patience, 1e-4, 0, 1);
  }

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

  /** Down by {@code factor} every so many steps. */
  static LearningRate step(double rate, long every, double factor) {
    return new StepDecay(rate, every, factor);
  }

  /** Down by {@code factor} in {@code steps} steps, a little in each. */
  static LearningRate exponential(double rate, long steps, double factor) {
    return new ExponentialDecay(rate, steps, factor);
  }

  /** η(t) = η₀ e^(−k t / T): an exponential decay by e^−k in {@code steps} steps. */
  static LearningRate naturalExponential(double rate, long steps, double k) {
    return new ExponentialDecay(rate, steps, Math.exp(-k));
  }

  /** This schedule behind so many steps in which the rate grows evenly to its first. */
  default LearningRate warmedUp(long steps) {
    return new WarmUp(steps, this);
  }

  /**
   * Refuses a rate that no step can have.
   *
   * @throws IllegalArgumentException if it is not positive and finite as a float
   */
  static void check(double rate) {
    if (!((float) rate > 0) || (float) rate == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Invalid learning rate " + rate + ". Use a positive number, such as 0.001.");
    }
  }

  /**
   * Refuses a length that no schedule can have.
   *
   * @param what whose length it is, as in {@code a cosine}
   * @throws IllegalArgumentException if it is below 1
   */
  static void checkSteps(String what, long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "Invalid number of steps " + steps + " of " + what + ". Use at least 1.");
    }
  }

  /**
   * Refuses a factor that does not lead down.
   *
   * @throws IllegalArgumentException if it is not in (0, 1]
   */
  static void checkFactor(String what, double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException(
          "Invalid factor " + factor + " of " + what + ". Use a number above 0, up to 1.");
    }
  }

  /** (1 + cos(π x)) / 2: half a cosine from 1 at 0 to 0 at 1. */
  static double halfCosine(double x) {
    return (1 + Math.cos(Math.PI * x)) / 2;
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
    public LearningRate withRate(double rate) {
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
      checkSteps("a cosine", steps);
      if (!(alpha >= 0 && alpha <= 1)) {
        throw new IllegalArgumentException(
            "Invalid alpha " + alpha + " of a cosine. Use a share from 0 to 1.");
      }
    }

    @Override
    public double at(long done) {
      double fallen = halfCosine((double) Math.min(done, steps) / steps);
      return rate * (alpha + (1 - alpha) * fallen);
    }

    @Override
    public LearningRate withRate(double rate) {
      return new Cosine(rate, steps, alpha);
    }
  }
}
