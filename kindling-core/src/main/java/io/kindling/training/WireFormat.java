package io.kindling.training;

/**
 * How the floats of gradients travel between workers. They are added as float32 whatever the
 * format.
 *
 * <p>The short formats round to the nearest number they have, ties to the one whose last bit is 0.
 * Infinities and NaNs stay what they are. A finite number never becomes infinite, as it would by
 * IEEE 754: beyond the largest number of the format it becomes that number, with its sign, and what
 * is cut off counts as lost by rounding. So error feedback hands it in later, where an infinity
 * would end the training.
 */
public enum WireFormat {
  /** The floats as they are; nothing is lost. */
  FLOAT32(Float.BYTES),

  /**
   * The first half of a float: its whole range with 8 significant bits, an error of 2⁻⁸ at most.
   */
  BFLOAT16(Short.BYTES),

  /**
   * IEEE 754 binary16: 11 significant bits, an error of 2⁻¹¹ at most, for magnitudes from 2⁻¹⁴ to
   * 65504. Below, numbers are multiples of 2⁻²⁴, so that gradients under 3e-8 round to 0.
   */
  FLOAT16(Short.BYTES);

  private final int bytesPerFloat;

  WireFormat(int bytesPerFloat) {
    this.bytesPerFloat = bytesPerFloat;
  }

  /** Bytes of a float on the wire. */
  public int bytesPerFloat() {
    return bytesPerFloat;
  }
}
