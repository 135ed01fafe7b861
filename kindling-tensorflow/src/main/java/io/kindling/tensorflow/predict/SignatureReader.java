package io.kindling.tensorflow.predict;

import io.kindling.predict.Finding;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.predict.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Turns the signatures of a {@code MetaGraphDef} into those that can be called with values. */
final class SignatureReader {

  private final List<CallableSignature> callable = new ArrayList<>();
  private final List<Finding> notes = new ArrayList<>();

  SignatureReader(Map<String, SignatureDef> signatures) {
    signatures.forEach(this::read);
  }

  List<CallableSignature> callable() {
    return callable;
  }

  /** Why others cannot be called. */
  List<Finding> notes() {
    return notes;
  }

  private void read(String name, SignatureDef signature) {
    Map<String, String> inputs = new LinkedHashMap<>();
    Map<String, String> outputs = new LinkedHashMap<>();
    List<TensorType> inputTypes = new ArrayList<>();
    List<TensorType> outputTypes = new ArrayList<>();
    boolean hasInputs = read(name, signature.getInputsMap(), inputs, inputTypes);
    boolean hasOutputs = read(name, signature.getOutputsMap(), outputs, outputTypes);
    if (hasInputs && hasOutputs && !outputs.isEmpty()) {
      callable.add(
          new CallableSignature(
              new ModelSignature(name, inputTypes, outputTypes), inputs, outputs));
    }
  }

  private boolean read(
      String signature,
      Map<String, TensorInfo> infos,
      Map<String, String> tensors,
      List<TensorType> types) {
    for (Map.Entry<String, TensorInfo> entry : new TreeMap<>(infos).entrySet()) {
      String name = entry.getKey();
      TensorInfo info = entry.getValue();
      Optional<ValueType> type = valueType(info.getDtype());
      if (type.isEmpty() || info.getEncodingCase() != TensorInfo.EncodingCase.NAME) {
        notes.add(
            new Finding(
                Finding.Kind.NOTE,
                "signature '%s' cannot be called: '%s' is %s"
                    .formatted(
                        Finding.clipped(signature),
                        Finding.clipped(name),
                        type.isEmpty() ? info.getDtype() : "no dense tensor")));
        return false;
      }
      tensors.put(name, info.getName());
      types.add(type(name, type.get(), info));
    }
    return true;
  }

  private static TensorType type(String name, ValueType type, TensorInfo info) {
    // Some writers say nothing of the shape; that is not a scalar.
    TensorShapeProto shape = info.getTensorShape();
    if (!info.hasTensorShape() || shape.getUnknownRank()) {
      return TensorType.ofUnknownRank(name, type);
    }
    return TensorType.of(
        name,
        type,
        shape.getDimList().stream().mapToLong(dim -> Math.max(dim.getSize(), -1)).toArray());
  }

  static Optional<ValueType> valueType(DataType type) {
    return switch (type) {
      case DT_HALF -> Optional.of(ValueType.FLOAT16);
      case DT_BFLOAT16 -> Optional.of(ValueType.BFLOAT16);
      case DT_FLOAT -> Optional.of(ValueType.FLOAT32);
      case DT_DOUBLE -> Optional.of(ValueType.FLOAT64);
      case DT_INT8 -> Optional.of(ValueType.INT8);
      case DT_INT16 -> Optional.of(ValueType.INT16);
      case DT_INT32 -> Optional.of(ValueType.INT32);
      case DT_INT64 -> Optional.of(ValueType.INT64);
      case DT_UINT8 -> Optional.of(ValueType.UINT8);
      case DT_UINT16 -> Optional.of(ValueType.UINT16);
      case DT_UINT32 -> Optional.of(ValueType.UINT32);
      case DT_UINT64 -> Optional.of(ValueType.UINT64);
      case DT_BOOL -> Optional.of(ValueType.BOOL);
      case DT_STRING -> Optional.of(ValueType.STRING);
      default -> Optional.empty();
    };
  }
}
