package io.kindling.tensorflow.predict;

import io.kindling.predict.Finding;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import org.tensorflow.proto.DataType;

/**
 * Compares what a {@code TensorProto} declares with what it holds, before anything is allocated.
 */
final class TensorCheck {

  private static final int STRING_BYTES = 24;

  private TensorCheck() {}

  static void check(WireMessage tensor, String node) {
    WireBudget budget = tensor.budget();
    String name = Finding.clipped(node);
    int type = 0;
    long elements = 1;
    boolean hasShape = false;
    long content = -1;
    long[] listed = {0};
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> type = (int) tensor.number();
        case 2 -> {
          if (hasShape) {
            // Protobuf would join the two, into one of as many elements as their product.
            throw budget.refused(
                Finding.Kind.SHAPE, "constant '%s' has two shapes".formatted(name));
          }
          hasShape = true;
          elements = elements(tensor.message("TensorShapeProto"), name);
        }
        case 4 -> content = tensor.byteCount();
        case 5 -> listed[0] += tensor.hasLength() ? tensor.byteCount() / Float.BYTES : 1;
        case 6 -> listed[0] += tensor.hasLength() ? tensor.byteCount() / Double.BYTES : 1;
        case 8 -> listed[0]++;
        case 7, 10, 11, 13, 16, 17 -> tensor.numbers(number -> listed[0]++);
        case 9 -> listed[0] += tensor.hasLength() ? tensor.byteCount() / 8 : 1;
        case 12 -> listed[0] += tensor.hasLength() ? tensor.byteCount() / 16 : 1;
        case 14, 15 ->
            throw budget.refused(
                Finding.Kind.OPERATION,
                "constant '%s' holds a handle or an object instead of numbers".formatted(name));
        default -> {}
      }
    }
    if (type == DataType.DT_INVALID_VALUE && content <= 0 && listed[0] == 0) {
      return;
    }
    int bytes = bytes(type);
    if (bytes == 0) {
      throw budget.refused(
          Finding.Kind.SHAPE,
          "constant '%s' has elements of %s, which no constant can have"
              .formatted(name, DataType.forNumber(type)));
    }
    long declared = bytes * Math.min(elements, Long.MAX_VALUE / bytes);
    budget.declare(node, declared);
    if (content > 0 && type != DataType.DT_STRING_VALUE && content != declared) {
      throw budget.refused(
          Finding.Kind.SHAPE,
          "constant '%s' declares %d elements of %s, %d bytes, but holds %d bytes"
              .formatted(name, elements, DataType.forNumber(type), declared, content));
    }
    // Complex numbers are listed as two.
    if (content < 0 && listed[0] > 2 * elements) {
      throw budget.refused(
          Finding.Kind.SHAPE,
          "constant '%s' declares %d elements but lists %d".formatted(name, elements, listed[0]));
    }
  }

  /** The product of a shape's dimensions; at most the largest number there is. */
  static long elements(WireMessage shape, String name) {
    long elements = 1;
    boolean isEmpty = false;
    while (shape.next()) {
      if (shape.field() == 2) {
        long size = 0;
        WireMessage dimension = shape.message("Dim");
        while (dimension.next()) {
          if (dimension.field() == 1) {
            size = dimension.number();
          }
        }
        if (size < 0) {
          throw shape
              .budget()
              .refused(
                  Finding.Kind.SHAPE, "tensor '%s' has a dimension of %d".formatted(name, size));
        }
        isEmpty |= size == 0;
        elements =
            size != 0 && elements > Long.MAX_VALUE / size
                ? Long.MAX_VALUE
                : elements * Math.max(size, 1);
      }
    }
    return isEmpty ? 0 : elements;
  }

  /** Bytes of an element; 0 where no constant can have such. */
  static int bytes(int type) {
    DataType known = DataType.forNumber(type);
    if (known == null) {
      return 0;
    }
    return switch (known) {
      case DT_FLOAT, DT_INT32, DT_QINT32, DT_UINT32 -> 4;
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
      case DT_COMPLEX128 -> 16;
      case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> 2;
      case DT_BOOL,
          DT_INT8,
          DT_UINT8,
          DT_QINT8,
          DT_QUINT8,
          DT_FLOAT8_E5M2,
          DT_FLOAT8_E4M3FN,
          DT_INT4,
          DT_UINT4 ->
          1;
      case DT_STRING -> STRING_BYTES;
      default -> 0;
    };
  }
}
