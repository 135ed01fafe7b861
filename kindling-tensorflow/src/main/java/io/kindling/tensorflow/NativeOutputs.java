package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;

import io.kindling.engine.EngineException;
import io.kindling.engine.Program;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/** Tensors that TensorFlow computed, as buffers; owns them. */
final class NativeOutputs implements Program.Outputs {

  private final NativeScope scope;
  private final List<TensorSpec> columns;
  private final int rows;
  private final Pointer[] tensors;
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private long bytes;
  private boolean closed;

  /**
   * Takes ownership of the tensors.
   *
   * @param borrowed tells memory that may be written while the outputs are still read: where a
   *     network hands its input through, TensorFlow answers with the input itself
   */
  NativeOutputs(
      NativeScope scope,
      List<TensorSpec> columns,
      int rows,
      Pointer[] tensors,
      Predicate<Pointer> borrowed) {
    this.scope = scope;
    this.columns = columns;
    this.rows = rows;
    this.tensors = tensors;
    for (Pointer tensor : tensors) {
      long size = TF_TensorByteSize(new TF_Tensor(tensor));
      scope.opened(size);
      bytes += size;
    }
    for (int i = 0; i < tensors.length; i++) {
      buffers.add(buffer(columns.get(i), new TF_Tensor(tensors[i]), borrowed));
    }
  }

  /** The outputs of no rows. */
  static NativeOutputs none(List<TensorSpec> columns) {
    NativeOutputs none =
        new NativeOutputs(new NativeScope(), columns, 0, new Pointer[0], memory -> false);
    columns.forEach(
        column -> none.buffers.add(ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder())));
    return none;
  }

  private ByteBuffer buffer(TensorSpec column, TF_Tensor tensor, Predicate<Pointer> borrowed) {
    long expected = rows * column.rowBytes();
    long actual = TF_TensorByteSize(tensor);
    if (actual != expected) {
      close();
      throw new EngineException(
          "Output "
              + column
              + " came out with "
              + actual
              + " bytes for "
              + rows
              + " rows but expected "
              + expected
              + ". Every output needs one row per row of the inputs.");
    }
    if (expected > Integer.MAX_VALUE) {
      close();
      throw new EngineException(
          "Output "
              + column
              + " takes "
              + expected
              + " bytes for "
              + rows
              + " rows. One column has at most "
              + Integer.MAX_VALUE
              + "; use smaller batches.");
    }
    Pointer memory = TF_TensorData(tensor);
    BytePointer data = new BytePointer(memory);
    data.capacity(expected);
    ByteBuffer buffer = data.asByteBuffer();
    if (borrowed.test(memory)) {
      buffer = ByteBuffer.allocateDirect((int) expected).put(buffer).flip();
    }
    return buffer.order(ByteOrder.nativeOrder());
  }

  @Override
  public List<TensorSpec> columns() {
    return columns;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public ByteBuffer column(int index) {
    if (closed) {
      throw new IllegalStateException("The outputs are closed; they cannot be read.");
    }
    return buffers.get(index);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      for (int i = 0; i < tensors.length; i++) {
        SessionCall.delete(tensors[i]);
        scope.closed(i == 0 ? bytes : 0);
      }
    }
  }
}
