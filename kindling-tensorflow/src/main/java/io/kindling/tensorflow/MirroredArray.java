package io.kindling.tensorflow;

import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import io.kindling.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * A flat array in native memory, and one tensor per view that reads its part in place. Nothing is
 * copied when it is fed: TensorFlow reads what {@link #write} wrote.
 */
final class MirroredArray implements ParameterMirror, AutoCloseable {

  private final String role;
  private final int size;
  private final NativeBlock block;
  private final NativeFloats floats;
  private final List<TF_Tensor> tensors = new ArrayList<>();

  /**
   * @param role what it holds, in words, for messages
   */
  MirroredArray(NativeScope scope, ParameterLayout layout, String role) {
    this.role = role;
    this.size = layout.size();
    this.block = scope.allocate((long) size * Float.BYTES);
    block.zero();
    this.floats = new NativeFloats(block.part(0, (long) size * Float.BYTES), size);
    for (View view : layout.views()) {
      tensors.add(
          block.window(
              ElementType.FLOAT32,
              NativeTypes.dimensions(view.spec().shape()),
              (long) view.offset() * Float.BYTES,
              (long) view.size() * Float.BYTES));
    }
  }

  @Override
  public void write(float[] values, int from, int length) {
    if (block.isClosed()) {
      throw new IllegalStateException("The program is closed; its " + role + " cannot be written.");
    }
    if (values.length != size) {
      throw new IllegalArgumentException(
          "Invalid array of "
              + values.length
              + " floats: the "
              + role
              + " are one flat array of "
              + size
              + ".");
    }
    floats.write(from, values, from, length);
  }

  /** In the order of the layout's views. */
  List<TF_Tensor> tensors() {
    return tensors;
  }

  NativeBlock block() {
    return block;
  }

  @Override
  public void close() {
    block.close();
  }
}
