package io.kindling.optimizer;

/** Gives ranges of a flat gradient, wherever it lies. */
@FunctionalInterface
public interface GradientReader {

  /** Copies {@code length} floats from {@code from} on to {@code into[offset]}. */
  void read(int from, float[] into, int offset, int length);
}
