package io.kindling.cluster.allreduce;

import io.kindling.training.ExchangeException;

/**
 * A round among the ranks is lost; restart from the last checkpoint with a new ring.
 *
 * <p>The message names the rank, the peer, the step and the wait. Ranks that fail only because
 * another one did say so and quote the first failure where they know it.
 */
public final class LostRoundException extends ExchangeException {

  private static final long serialVersionUID = 1L;

  private final int rank;
  private final long step;
  private final String firstFailure;
  private final boolean secondary;

  private LostRoundException(
      int rank,
      long step,
      String message,
      String firstFailure,
      boolean secondary,
      Throwable cause) {
    super(message, cause);
    this.rank = rank;
    this.step = step;
    this.firstFailure = firstFailure;
    this.secondary = secondary;
  }

  /** The failure was found here. */
  static LostRoundException first(int rank, long step, String message, Throwable cause) {
    return new LostRoundException(rank, step, message, message, false, cause);
  }

  /** Another rank gave up before this one. */
  static LostRoundException secondary(
      int rank, long step, String message, String firstFailure, Throwable cause) {
    return new LostRoundException(rank, step, message, firstFailure, true, cause);
  }

  /** The rank that throws it. */
  public int rank() {
    return rank;
  }

  /** The step whose round is lost. */
  public long step() {
    return step;
  }

  /** True if another rank gave up first, so that its failure tells more than this one. */
  public boolean isSecondary() {
    return secondary;
  }

  /** The message of the failure that began it, as far as this rank knows. */
  String firstFailure() {
    return firstFailure;
  }
}
