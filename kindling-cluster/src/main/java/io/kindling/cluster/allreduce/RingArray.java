package io.kindling.cluster.allreduce;

import java.nio.ByteBuffer;

/** The array a round works on, as the round sees it: elements that become bytes and back. */
interface RingArray {

  /** Tells arrays of different types apart on the wire. */
  byte frameType();

  int bytesPerElement();

  /**
   * Rounds elements to what they are on the wire, before they are written, so that those who read
   * them have the same bits.
   */
  default void round(int from, int to) {}

  void write(int from, int to, ByteBuffer buffer);

  void replace(int from, int to, ByteBuffer buffer);

  void add(int from, int to, ByteBuffer buffer);
}
