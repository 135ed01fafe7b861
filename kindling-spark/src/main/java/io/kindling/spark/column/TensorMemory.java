package io.kindling.spark.column;

import io.kindling.tensor.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.apache.spark.unsafe.Platform;

/**
 * Where one column's rows go: memory on or off the heap, row-major, in native order, addressed by
 * element. Every method copies one run of elements; arrays of the tensor's own type go in as they
 * are, so that a run is one memory copy.
 */
final class TensorMemory {

  private final ElementType type;
  private final ByteBuffer bytes;
  private final FloatBuffer floats;
  private final DoubleBuffer doubles;
  private final IntBuffer ints;
  private final LongBuffer longs;

  TensorMemory(ElementType type, ByteBuffer memory) {
    this.type = type;
    this.bytes = memory.duplicate().clear().order(ByteOrder.nativeOrder());
    this.floats = type == ElementType.FLOAT32 ? bytes.asFloatBuffer() : null;
    this.doubles = type == ElementType.FLOAT64 ? bytes.asDoubleBuffer() : null;
    this.ints = type == ElementType.INT32 ? bytes.asIntBuffer() : null;
    this.longs = type == ElementType.INT64 ? bytes.asLongBuffer() : null;
  }

  void putFloats(int at, float[] values, int count) {
    floats.put(at, values, 0, count);
  }

  void putDoubles(int at, double[] values, int count) {
    doubles.put(at, values, 0, count);
  }

  void putInts(int at, int[] values, int count) {
    ints.put(at, values, 0, count);
  }

  void putLongs(int at, long[] values, int count) {
    longs.put(at, values, 0, count);
  }

  void putBytes(int at, byte[] values, int count) {
    bytes.put(at, values, 0, count);
  }

  void putZeros(int at, int count) {
    bytes.put(Math.multiplyExact(at, type.bytes()), new byte[count * type.bytes()]);
  }

  /**
   * Copies elements that already are what this memory holds. Spark's rows almost always lie in a
   * byte array; where they lie off the heap, they take a detour.
   */
  void putRaw(int at, Object base, long offset, int count) {
    int length = count * type.bytes();
    int from = Math.multiplyExact(at, type.bytes());
    if (base instanceof byte[] array) {
      bytes.put(from, array, (int) (offset - Platform.BYTE_ARRAY_OFFSET), length);
    } else {
      byte[] detour = new byte[length];
      Platform.copyMemory(base, offset, detour, Platform.BYTE_ARRAY_OFFSET, length);
      bytes.put(from, detour, 0, length);
    }
  }
}
