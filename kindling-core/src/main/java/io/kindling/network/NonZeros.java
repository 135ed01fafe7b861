package io.kindling.network;

/**
 * The elements of a vector that are not zero, as pairs of place and value: rows cost what their
 * non-zeros cost, however long the vectors are. Fewer pairs than there is room for are filled up
 * with pairs of value 0 at the last place.
 *
 * @param size elements of the vectors, zeros included; up to 2²⁴, which float32 counts exactly
 */
public record NonZeros(int size) implements Encoding {

  private static final int MAX_SIZE = 1 << 24;

  public NonZeros {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "Invalid size " + size + " of sparse vectors. Use 1 to " + MAX_SIZE + " elements.");
    }
  }

  @Override
  public String toString() {
    return "NonZeros[of " + size + " elements]";
  }
}
