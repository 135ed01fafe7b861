package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Dim;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NumDims;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorType;

import io.kindling.engine.EngineException;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.proto.DataType;

/** Values of imported models as tensors of TensorFlow's, and back. */
final class NativeValues {

  private NativeValues() {}

  static DataType of(ValueType type) {
    return switch (type) {
      case FLOAT16 -> DataType.DT_HALF;
      case BFLOAT16 -> DataType.DT_BFLOAT16;
      case FLOAT32 -> DataType.DT_FLOAT;
      case FLOAT64 -> DataType.DT_DOUBLE;
      case INT8 -> DataType.DT_INT8;
      case INT16 -> DataType.DT_INT16;
      case INT32 -> DataType.DT_INT32;
      case INT64 -> DataType.DT_INT64;
      case UINT8 -> DataType.DT_UINT8;
      case UINT16 -> DataType.DT_UINT16;
      case UINT32 -> DataType.DT_UINT32;
      case UINT64 -> DataType.DT_UINT64;
      case BOOL -> DataType.DT_BOOL;
      case STRING -> DataType.DT_STRING;
    };
  }

  /** Empty where no value can be of this type. */
  static Optional<ValueType> valueType(int dataType) {
    for (ValueType type : ValueType.values()) {
      if (of(type).getNumber() == dataType) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /**
   * A tensor of a value, to be deleted by the caller. A direct buffer at a multiple of 64 bytes is
   * read in place, and so has to live as long as the tensor; others are copied.
   */
  static TF_Tensor tensor(TensorValue value) {
    if (value.type().isFixedSize() && value.data().isDirect() && value.data().hasRemaining()) {
      BytePointer place = new BytePointer(value.data());
      return TF_Tensor.newTensor(of(value.type()).getNumber(), value.shape(), place);
    }
    return copied(value);
  }

  /** A tensor of its own memory, to be deleted by the caller. */
  static TF_Tensor copied(TensorValue value) {
    if (value.type() == ValueType.STRING) {
      return NativeStrings.tensor(value.binaries(), value.shape());
    }
    int code = of(value.type()).getNumber();
    ByteBuffer data = value.data();
    TF_Tensor tensor = TF_Tensor.allocateTensor(code, value.shape(), data.remaining());
    if (tensor == null || tensor.isNull()) {
      throw new OutOfMemoryError(
          "Failed to allocate " + data.remaining() + " bytes of native memory");
    }
    if (data.hasRemaining()) {
      new BytePointer(TF_TensorData(tensor)).capacity(data.remaining()).asByteBuffer().put(data);
    }
    return tensor;
  }

  /**
   * Copies a tensor that a session gave.
   *
   * @throws EngineException if Java cannot hold it
   */
  static TensorValue value(Pointer fetched, String name) {
    TF_Tensor tensor = new TF_Tensor(fetched);
    int code = TF_TensorType(tensor);
    ValueType type =
        valueType(code)
            .orElseThrow(
                () ->
                    new EngineException(
                        "Unsupported element type "
                            + DataType.forNumber(code)
                            + " of output '"
                            + name
                            + "'. Cast it in the model."));
    long[] shape = new long[TF_NumDims(tensor)];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = TF_Dim(tensor, axis);
    }
    long bytes = TF_TensorByteSize(tensor);
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new EngineException(
          "Output '" + name + "' has " + bytes + " bytes; score fewer rows at once.");
    }
    if (type == ValueType.STRING) {
      int count = Math.toIntExact(TensorValue.elements(shape));
      return TensorValue.ofBinary(NativeStrings.values(TF_TensorData(tensor), count), shape);
    }
    byte[] copy = new byte[(int) bytes];
    if (bytes > 0) {
      new BytePointer(TF_TensorData(tensor)).capacity(bytes).get(copy, 0, copy.length);
    }
    return TensorValue.of(type, ByteBuffer.wrap(copy), shape);
  }

  static void deleteFetched(Pointer fetched) {
    TF_DeleteTensor(new TF_Tensor(fetched));
  }
}
