package io.kindling.network;

/** A second copy of a flat array, kept where an engine reads it. */
public interface ParameterMirror {

  /**
   * Copies {@code length} floats of {@code values}, from {@code from} on, to the same places of the
   * mirror.
   */
  void write(float[] values, int from, int length);
}
