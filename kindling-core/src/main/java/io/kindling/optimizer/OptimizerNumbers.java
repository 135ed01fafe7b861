package io.kindling.optimizer;

/** Refuses numbers that an optimizer cannot work with, in one sentence for all of them. */
final class OptimizerNumbers {

  private OptimizerNumbers() {}

  /**
   * Checks the decays of moving averages.
   *
   * @param whose the optimizer, as the sentence's subject
   * @throws IllegalArgumentException if one is not in [0, 1)
   */
  static void checkBetas(String whose, double beta1, double beta2) {
    if (!isDecay(beta1) || !isDecay(beta2)) {
      throw new IllegalArgumentException(
          "Invalid "
              + whose
              + " betas "
              + beta1
              + " and "
              + beta2
              + ". Use numbers from 0 up to, not including, 1.");
    }
  }

  /**
   * Checks one decay.
   *
   * @param what its name, as the sentence's subject
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  static void checkDecay(String what, double decay) {
    if (!isDecay(decay)) {
      throw new IllegalArgumentException(
          "Invalid " + what + " " + decay + ". Use a number from 0 up to, not including, 1.");
    }
  }

  /**
   * Checks what keeps 0 / 0 out of the parameters where a gradient is always zero.
   *
   * @throws IllegalArgumentException if it is not positive as a float
   */
  static void checkEpsilon(String whose, double epsilon) {
    if (!((float) epsilon > 0) || epsilon == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Invalid " + whose + " epsilon " + epsilon + ". Use a positive number, such as 1e-8.");
    }
  }

  /**
   * Checks a number that may be zero.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  static void checkNotNegative(String what, double number) {
    if (!(number >= 0) || number == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Invalid " + what + " " + number + ". Use zero or a positive number.");
    }
  }

  private static boolean isDecay(double decay) {
    return decay >= 0 && decay < 1;
  }
}
