package io.kindling.cluster.allreduce;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** A block of floats as the bits of its first and of its second half, and as words on the wire. */
final class HalfBlock {

  private static final int HALF = HalfCodec.BLOCK / 2;

  private final ByteBuffer bytes =
      ByteBuffer.allocateDirect(HalfCodec.BLOCK * Float.BYTES).order(ByteOrder.nativeOrder());
  private final FloatBuffer floats = bytes.asFloatBuffer();
  private final IntBuffer ints = bytes.asIntBuffer();

  final int[] low = new int[HALF];
  final int[] high = new int[HALF];
  final int[] words = new int[HALF];

  /** Words of a block; the upper half of the last one is empty where the length is odd. */
  static int words(int length) {
    return (length + 1) / 2;
  }

  /** Fills {@code low} and {@code high} with the bits of floats. */
  void split(float[] from, int start, int length) {
    int count = words(length);
    floats.put(0, from, start, length);
    ints.get(0, low, 0, count);
    ints.get(count, high, 0, length - count);
  }

  /** Makes floats of {@code low} and {@code high}. */
  void join(float[] to, int start, int length) {
    int count = words(length);
    ints.put(0, low, 0, count);
    ints.put(count, high, 0, length - count);
    floats.get(0, to, start, length);
  }

  void write(ByteBuffer to, int length) {
    int whole = length / 2;
    to.asIntBuffer().put(words, 0, whole);
    to.position(to.position() + whole * Integer.BYTES);
    if (whole < words(length)) {
      to.putShort((short) words[whole]);
    }
  }

  void read(ByteBuffer from, int length) {
    int whole = length / 2;
    from.asIntBuffer().get(words, 0, whole);
    from.position(from.position() + whole * Integer.BYTES);
    if (whole < words(length)) {
      words[whole] = from.getShort();
    }
  }
}
