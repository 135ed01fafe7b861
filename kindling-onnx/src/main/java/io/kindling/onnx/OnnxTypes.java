package io.kindling.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.kindling.predict.ValueType;
import java.util.Optional;

/** ONNX's numbers of element types. */
final class OnnxTypes {

  static final int STRING = 8;

  private OnnxTypes() {}

  /** Empty where no value can be of this type. */
  static Optional<ValueType> valueType(int dataType) {
    return switch (dataType) {
      case 1 -> Optional.of(ValueType.FLOAT32);
      case 2 -> Optional.of(ValueType.UINT8);
      case 3 -> Optional.of(ValueType.INT8);
      case 4 -> Optional.of(ValueType.UINT16);
      case 5 -> Optional.of(ValueType.INT16);
      case 6 -> Optional.of(ValueType.INT32);
      case 7 -> Optional.of(ValueType.INT64);
      case STRING -> Optional.of(ValueType.STRING);
      case 9 -> Optional.of(ValueType.BOOL);
      case 10 -> Optional.of(ValueType.FLOAT16);
      case 11 -> Optional.of(ValueType.FLOAT64);
      case 12 -> Optional.of(ValueType.UINT32);
      case 13 -> Optional.of(ValueType.UINT64);
      case 16 -> Optional.of(ValueType.BFLOAT16);
      default -> Optional.empty();
    };
  }

  /** For messages. */
  static String name(int dataType) {
    String[] names = {
      "undefined",
      "float32",
      "uint8",
      "int8",
      "uint16",
      "int16",
      "int32",
      "int64",
      "string",
      "bool",
      "float16",
      "float64",
      "uint32",
      "uint64",
      "complex64",
      "complex128",
      "bfloat16"
    };
    return dataType >= 0 && dataType < names.length ? names[dataType] : "type " + dataType;
  }

  /** Bits of an element in raw data; 0 where elements differ, or are unknown. */
  static int bits(int dataType) {
    return switch (dataType) {
      case 1, 6, 12 -> 32;
      case 2, 3, 9, 17, 18, 19, 20, 24 -> 8;
      case 4, 5, 10, 16 -> 16;
      case 7, 11, 13, 14 -> 64;
      case 15 -> 128;
      case 21, 22, 23 -> 4;
      case 25, 26 -> 2;
      default -> 0;
    };
  }

  /**
   * As what ONNX Runtime's Java interface takes values; empty where it takes none: it gives
   * integers without a sign, but makes no others than bytes.
   */
  static Optional<OnnxJavaType> javaType(ValueType type) {
    return switch (type) {
      case FLOAT16 -> Optional.of(OnnxJavaType.FLOAT16);
      case BFLOAT16 -> Optional.of(OnnxJavaType.BFLOAT16);
      case FLOAT32 -> Optional.of(OnnxJavaType.FLOAT);
      case FLOAT64 -> Optional.of(OnnxJavaType.DOUBLE);
      case INT8 -> Optional.of(OnnxJavaType.INT8);
      case INT16 -> Optional.of(OnnxJavaType.INT16);
      case INT32 -> Optional.of(OnnxJavaType.INT32);
      case INT64 -> Optional.of(OnnxJavaType.INT64);
      case UINT8 -> Optional.of(OnnxJavaType.UINT8);
      case BOOL -> Optional.of(OnnxJavaType.BOOL);
      case STRING -> Optional.of(OnnxJavaType.STRING);
      case UINT16, UINT32, UINT64 -> Optional.empty();
    };
  }

  /** Empty where no value can be of this type. */
  static Optional<ValueType> valueType(OnnxTensorType type) {
    return switch (type) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> Optional.of(ValueType.FLOAT16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> Optional.of(ValueType.BFLOAT16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> Optional.of(ValueType.FLOAT32);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> Optional.of(ValueType.FLOAT64);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> Optional.of(ValueType.INT8);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> Optional.of(ValueType.INT16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> Optional.of(ValueType.INT32);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> Optional.of(ValueType.INT64);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> Optional.of(ValueType.UINT8);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> Optional.of(ValueType.UINT16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> Optional.of(ValueType.UINT32);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> Optional.of(ValueType.UINT64);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> Optional.of(ValueType.BOOL);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> Optional.of(ValueType.STRING);
      default -> Optional.empty();
    };
  }
}
