package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_UINT8;

import java.util.concurrent.atomic.AtomicLong;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Counts native memory: how many tensors, and how many bytes of them, were made here and are not
 * yet freed. Thread-safe.
 *
 * <p>A scope counts; whoever made a tensor closes it.
 */
public final class NativeScope {

  private final AtomicLong tensors = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  NativeScope() {}

  /** Tensors that are not closed. */
  public long tensors() {
    return tensors.get();
  }

  /** Bytes of memory that these tensors own; those that look at the memory of others own none. */
  public long bytes() {
    return bytes.get();
  }

  /** Memory that starts at a multiple of 64 bytes; its contents are undefined. */
  NativeBlock allocate(long size) {
    long[] dimensions = {Math.max(size, 1)};
    TF_Tensor tensor = TF_Tensor.allocateTensor(TF_UINT8, dimensions, dimensions[0]);
    if (tensor == null || tensor.isNull()) {
      throw new OutOfMemoryError("Failed to allocate " + size + " bytes of native memory");
    }
    opened(dimensions[0]);
    return new NativeBlock(this, tensor, dimensions[0]);
  }

  void opened(long size) {
    tensors.incrementAndGet();
    bytes.addAndGet(size);
  }

  void closed(long size) {
    tensors.decrementAndGet();
    bytes.addAndGet(-size);
  }

  @Override
  public String toString() {
    return tensors + " native tensors with " + bytes + " bytes";
  }
}
