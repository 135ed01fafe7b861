package io.kindling.tensorflow;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Floats in native memory, copied from and to heap arrays in bulk. Borrows the memory.
 *
 * <p>A Java buffer spans 2 GB at most, so that longer arrays are cut into segments.
 */
final class NativeFloats {

  /** Floats per segment: 1 GB. */
  private static final int SEGMENT = 1 << 28;

  private final FloatBuffer[] segments;

  NativeFloats(Pointer data, int size) {
    segments = new FloatBuffer[Math.max(1, (int) (((long) size + SEGMENT - 1) / SEGMENT))];
    for (int i = 0; i < segments.length; i++) {
      long from = (long) i * SEGMENT;
      BytePointer part = new BytePointer(data);
      part = part.getPointer(from * Float.BYTES);
      part.position(0).capacity(Math.min(SEGMENT, size - from) * Float.BYTES);
      segments[i] = part.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
  }

  void read(int from, float[] into, int offset, int length) {
    while (length > 0) {
      int start = from % SEGMENT;
      int count = Math.min(length, SEGMENT - start);
      segments[from / SEGMENT].get(start, into, offset, count);
      from += count;
      offset += count;
      length -= count;
    }
  }

  void write(int to, float[] values, int offset, int length) {
    while (length > 0) {
      int start = to % SEGMENT;
      int count = Math.min(length, SEGMENT - start);
      segments[to / SEGMENT].put(start, values, offset, count);
      to += count;
      offset += count;
      length -= count;
    }
  }
}
