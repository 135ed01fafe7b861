package io.kindling.optimizer;

import java.util.List;

/**
 * η(t) = (t + 1) / n · η'(0) in the first n steps, then η'(t − n). Goyal et al., <i>Accurate, Large
 * Minibatch SGD</i>, 2017, section 2.2.
 *
 * @param steps n
 * @param after η', the schedule that follows
 */
public record WarmUp(long steps, LearningRate after) implements LearningRate {

  public WarmUp {
    LearningRate.checkSteps("a warm-up", steps);
  }

  @Override
  public double at(long done) {
    return done < steps ? after.at(0) * (done + 1) / steps : after.at(done - steps);
  }

  @Override
  public LearningRate afterEpochs(List<Double> losses) {
    return new WarmUp(steps, after.afterEpochs(losses));
  }

  @Override
  public double rate() {
    return after.rate();
  }

  @Override
  public LearningRate withRate(double rate) {
    return new WarmUp(steps, after.withRate(rate));
  }
}
