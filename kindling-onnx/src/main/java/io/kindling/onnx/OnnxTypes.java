package io.kindling.onnx;

import ai.onnxruntime.OnnxJavaType;
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
      case 5 -> Optional.of(ValueType.INT16);
      case 6 -> Optional.of(ValueType.INT32);
      case 7 -> Optional.of(ValueType.INT64);
      case STRING -> Optional.of(ValueType.STRING);
      case 9 -> Optional.of(ValueType.BOOL);
      case 10 -> Optional.of(ValueType.FLOAT16);
      case 11 -> Optional.of(ValueType.FLOAT64);
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

  static OnnxJavaType javaType(ValueType type) {
    return switch (type) {
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case INT8 -> OnnxJavaType.INT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case UINT8 -> OnnxJavaType.UINT8;
      case BOOL -> OnnxJavaType.BOOL;
      case STRING -> OnnxJavaType.STRING;
    };
  }

  static Optional<ValueType> valueType(OnnxJavaType type) {
    for (ValueType candidate : ValueType.values()) {
      if (javaType(candidate) == type) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
