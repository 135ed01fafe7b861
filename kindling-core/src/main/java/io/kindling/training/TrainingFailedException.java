package io.kindling.training;

/**
 * Training ended before its plan did. The message names the first failure: rank, host, phase and
 * step; failures that followed from it are suppressed.
 */
public class TrainingFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TrainingFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
