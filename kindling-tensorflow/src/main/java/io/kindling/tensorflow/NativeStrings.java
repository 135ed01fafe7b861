package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_STRING;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_Dealloc;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_GetDataPointer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_GetSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_Init;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_ResizeUninitialized;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.Deallocator_Pointer_long_Pointer;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Byte strings as TensorFlow keeps them: an array of 24 bytes each, which point to longer ones
 * elsewhere.
 *
 * <p>A tensor of them may outlive the run it is fed to, in a variable. So its strings are freed
 * when TensorFlow lets go of it, which may be in a thread of TensorFlow's, and not when the run
 * ends.
 */
final class NativeStrings {

  private static final int STRING_BYTES = 24;

  /** Where TensorFlow expects tensors to start. */
  private static final int ALIGNMENT = 64;

  /**
   * JavaCPP has room for a handful of callbacks in a process, so there is one for all tensors. It
   * is retained, for else a scope that happens to be open when this class is loaded would free it.
   */
  private static final Free FREE = new Free().retainReference();

  private NativeStrings() {}

  private static final class Free extends Deallocator_Pointer_long_Pointer {
    private static final long serialVersionUID = 1;

    /**
     * @param data the first string
     * @param length bytes of the array of strings
     * @param allocation what was allocated, which begins before the first string
     */
    @Override
    public void call(Pointer data, long length, Pointer allocation) {
      TF_TString strings = new TF_TString(data);
      for (long i = 0; i < length / STRING_BYTES; i++) {
        TF_TString_Dealloc(strings.position(i));
      }
      Pointer.free(allocation);
    }
  }

  /** Copies strings into a tensor that frees them. */
  static TF_Tensor tensor(List<byte[]> values, long[] shape) {
    long bytes = (long) values.size() * STRING_BYTES;
    Pointer allocation = Pointer.malloc(bytes + ALIGNMENT);
    if (allocation == null || allocation.isNull()) {
      throw new OutOfMemoryError("Failed to allocate " + bytes + " bytes of native memory");
    }
    int shift = ALIGNMENT - Math.floorMod(allocation.address(), ALIGNMENT);
    BytePointer first = new BytePointer(allocation).capacity(bytes + ALIGNMENT).getPointer(shift);
    TF_TString strings = new TF_TString(first);
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i);
      TF_TString string = strings.position(i);
      TF_TString_Init(string);
      if (value.length > 0) {
        TF_TString_ResizeUninitialized(string, value.length)
            .capacity(value.length)
            .put(value, 0, value.length);
      }
    }
    return TF_NewTensor(TF_STRING, shape, shape.length, first, bytes, FREE, allocation)
        .withDeallocator();
  }

  /** Copies the strings of a tensor's data. */
  static List<byte[]> values(Pointer data, int count) {
    List<byte[]> values = new ArrayList<>(count);
    TF_TString strings = new TF_TString(data);
    for (int i = 0; i < count; i++) {
      TF_TString string = strings.position(i);
      byte[] value = new byte[Math.toIntExact(TF_TString_GetSize(string))];
      if (value.length > 0) {
        TF_TString_GetDataPointer(string).capacity(value.length).get(value, 0, value.length);
      }
      values.add(value);
    }
    return values;
  }
}
