package io.kindling.training;

/**
 * A round among the workers is lost: a peer died, stalled or is gone. Restart from the last
 * checkpoint.
 */
public class ExchangeException extends Exception {

  private static final long serialVersionUID = 1;

  public ExchangeException(String message) {
    super(message);
  }

  public ExchangeException(String message, Throwable cause) {
    super(message, cause);
  }
}
