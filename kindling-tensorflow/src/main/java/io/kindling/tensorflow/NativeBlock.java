package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;

import io.kindling.tensor.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Memory that TensorFlow allocated and that lives until closed, and the tensors that read parts of
 * it in place. Closing frees the tensors first, then the memory.
 */
final class NativeBlock implements AutoCloseable {

  private final NativeScope scope;
  private final TF_Tensor owner;
  private final long size;
  private final BytePointer data;
  private final List<TF_Tensor> windows = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  NativeBlock(NativeScope scope, TF_Tensor owner, long size) {
    this.scope = scope;
    this.owner = owner;
    this.size = size;
    this.data = new BytePointer(TF_TensorData(owner));
    data.capacity(size);
  }

  /** A pointer to {@code length} bytes; borrowed. */
  BytePointer part(long offset, long length) {
    assert offset >= 0 && offset + length <= size;
    BytePointer part = data.getPointer(offset);
    part.position(0).capacity(length);
    return part;
  }

  /** The same bytes for Java; valid until closed. */
  ByteBuffer buffer(long offset, int length) {
    return part(offset, length).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  void zero() {
    Pointer.memset(data, 0, size);
  }

  /** A tensor over a part of this memory, which it reads in place; this block frees it. */
  TF_Tensor window(ElementType type, long[] dimensions, long offset, long length) {
    assert offset % 64 == 0 : "TensorFlow copies what is not aligned";
    TF_Tensor window =
        TF_Tensor.newTensor(NativeTypes.code(type), dimensions, part(offset, length));
    windows.add(window);
    scope.opened(0);
    return window;
  }

  void free(TF_Tensor window) {
    if (windows.remove(window)) {
      window.close();
      scope.closed(0);
    }
  }

  boolean contains(Pointer other) {
    long distance = other.address() - data.address();
    return distance >= 0 && distance < size;
  }

  boolean isClosed() {
    return closed.get();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      for (TF_Tensor window : windows) {
        window.close();
        scope.closed(0);
      }
      windows.clear();
      owner.close();
      scope.closed(size);
    }
  }
}
