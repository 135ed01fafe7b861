package io.kindling.keras;

/** Why one layer of a file cannot become ours; caught where layers are walked through. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Refusal(String message) {
    super(message, null, false, false);
  }
}
