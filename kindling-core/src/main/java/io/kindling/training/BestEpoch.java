package io.kindling.training;

/**
 * Looks for the epoch with the lowest loss, keeps copies of what was learned by then, and says when
 * waiting for a better one is over.
 */
final class BestEpoch {

  private final EarlyStopping stopping;
  private double lowest = Double.POSITIVE_INFINITY;
  private double toBeat = Double.POSITIVE_INFINITY;
  private int waited;
  private float[] learned = {};
  private float[] networkState = {};

  BestEpoch(EarlyStopping stopping) {
    this.stopping = stopping;
  }

  /**
   * Hears how an epoch went.
   *
   * @param learned so far; borrowed, as is {@code networkState}
   */
  void ended(EpochReport report, float[] learned, float[] networkState) {
    if (!stopping.isOn()) {
      return;
    }
    double loss = report.loss();
    if (loss < lowest) {
      lowest = loss;
      this.learned = learned.clone();
      this.networkState = networkState.clone();
    }
    if (loss < toBeat - stopping.minImprovement()) {
      toBeat = loss;
      waited = 0;
    } else {
      waited++;
    }
  }

  /** Whether no better epoch is waited for. */
  boolean isOver() {
    return stopping.isOn() && waited >= stopping.patience();
  }

  /** Whether it keeps an epoch to go back to. */
  boolean isKept() {
    return lowest < Double.POSITIVE_INFINITY;
  }

  float[] learned() {
    return learned;
  }

  float[] networkState() {
    return networkState;
  }
}
