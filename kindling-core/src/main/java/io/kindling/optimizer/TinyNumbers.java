package io.kindling.optimizer;

/**
 * Keeps numbers below 1.2·10⁻³⁸, which processors handle slowly, out of an optimizer's state.
 *
 * <p>Where a gradient stays zero, as behind a dead ReLU, a moving average halves and halves: with β
 * = 0.9 it enters that range after some 800 steps, and from then on a step of Adam takes 1.5 times
 * as long. Engines tell the processor to take such numbers as zero; Java cannot, but rounding can.
 */
final class TinyNumbers {

  /** Half of its last place is 3·10⁻³⁸. */
  private static final float BIAS = 1e-30f;

  private TinyNumbers() {}

  /** {@code x}, or zero where it is below 3·10⁻³⁸; to within that much. */
  static float flushed(float x) {
    return x + BIAS - BIAS;
  }
}
