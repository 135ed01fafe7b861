package io.kindling.spark.scoring;

import io.kindling.engine.Program;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A block's outputs as floats on the heap, so that the engine's memory is free again before the
 * first row is emitted. Belongs to one thread.
 */
final class OutputRows {

  private final float[][] values;
  private final int[] sizes;

  OutputRows(List<TensorSpec> outputs) {
    this.values = new float[outputs.size()][0];
    this.sizes = outputs.stream().mapToInt(output -> output.shape().size()).toArray();
  }

  void copy(Program.Outputs outputs) {
    for (int i = 0; i < values.length; i++) {
      int count = Math.multiplyExact(outputs.rows(), sizes[i]);
      if (values[i].length < count) {
        values[i] = new float[count];
      }
      ByteBuffer memory = outputs.column(i).duplicate().order(ByteOrder.nativeOrder()).clear();
      read(memory, outputs.columns().get(i), values[i], count);
    }
  }

  /** Numbers of other types become the nearest floats. */
  private static void read(ByteBuffer memory, TensorSpec spec, float[] target, int count) {
    switch (spec.type()) {
      case FLOAT32 -> memory.asFloatBuffer().get(0, target, 0, count);
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          target[i] = (float) memory.getDouble(8 * i);
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          target[i] = memory.getInt(4 * i);
        }
      }
      case INT64 -> {
        for (int i = 0; i < count; i++) {
          target[i] = memory.getLong(8 * i);
        }
      }
      case UINT8, BOOL -> {
        for (int i = 0; i < count; i++) {
          target[i] = memory.get(i) & 0xff;
        }
      }
    }
  }

  float[] values(int output) {
    return values[output];
  }

  int size(int output) {
    return sizes[output];
  }
}
