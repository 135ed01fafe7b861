package io.kindling.predict;

/**
 * A {@link Predictor} refused a call because too many are under way or waiting, or because a call
 * waited too long for its turn. Nothing was computed; try again later, or elsewhere.
 */
public final class OverloadedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public OverloadedException(String message) {
    super(message);
  }
}
