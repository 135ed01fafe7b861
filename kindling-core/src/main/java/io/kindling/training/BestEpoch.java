package io.kindling.training;

/**
 * The epoch with the lowest loss so far and copies of what was learned by then; says when waiting
 * for a better one is over.
 *
 * @param lowest loss so far; infinite before the first epoch
 * @param toBeat the loss that counts as improved upon only when it is passed by enough
 * @param waited epochs since it was
 * @param learned at the lowest loss; empty where no epoch is kept
 * @param networkState that belongs to it
 */
record BestEpoch(double lowest, double toBeat, int waited, float[] learned, float[] networkState) {

  /** Before the first epoch. */
  static final BestEpoch NONE =
      new BestEpoch(
          Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0, new float[0], new float[0]);

  /**
   * After one more epoch.
   *
   * @param learnedNow so far; borrowed, as is {@code stateNow}
   */
  BestEpoch after(EarlyStopping stopping, double loss, float[] learnedNow, float[] stateNow) {
    if (!stopping.isOn()) {
      return this;
    }
    boolean improves = loss < toBeat - stopping.minImprovement();
    boolean isLowest = loss < lowest;
    return new BestEpoch(
        isLowest ? loss : lowest,
        improves ? loss : toBeat,
        improves ? 0 : waited + 1,
        isLowest ? learnedNow.clone() : learned,
        isLowest ? stateNow.clone() : networkState);
  }

  /** Whether no better epoch is waited for. */
  boolean isOver(EarlyStopping stopping) {
    return stopping.isOn() && waited >= stopping.patience();
  }

  /** Whether it keeps an epoch to go back to. */
  boolean isKept() {
    return lowest < Double.POSITIVE_INFINITY;
  }
}
