package io.kindling.examples.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Values as arrays of JSON, nested as deep as they have dimensions. */
final class JsonTensors {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private JsonTensors() {}

  /**
   * Reads a value for an input.
   *
   * @throws IllegalArgumentException if arrays of one level differ in length, or an element is not
   *     of the input's type; the message says which
   */
  static TensorValue read(TensorType input, JsonNode json) {
    List<Long> sizes = new ArrayList<>();
    for (JsonNode at = json; at.isArray(); at = at.path(0)) {
      sizes.add((long) at.size());
    }
    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
    List<JsonNode> elements = new ArrayList<>();
    flatten(input, json, shape, 0, elements);
    return value(input, elements, shape);
  }

  private static void flatten(
      TensorType input, JsonNode json, long[] shape, int axis, List<JsonNode> elements) {
    if (axis == shape.length) {
      elements.add(json);
      return;
    }
    if (!json.isArray() || json.size() != shape[axis]) {
      throw new IllegalArgumentException(
          "Input '%s' has an array of %d where others of its level have %d."
              .formatted(input.name(), json.size(), shape[axis]));
    }
    json.forEach(each -> flatten(input, each, shape, axis + 1, elements));
  }

  private static TensorValue value(TensorType input, List<JsonNode> elements, long[] shape) {
    int size = elements.size();
    switch (input.type()) {
      case FLOAT32 -> {
        float[] floats = new float[size];
        for (int i = 0; i < size; i++) {
          floats[i] = (float) number(input, elements.get(i));
        }
        return TensorValue.ofFloats(floats, shape);
      }
      case FLOAT64 -> {
        return TensorValue.ofDoubles(
            elements.stream().mapToDouble(each -> number(input, each)).toArray(), shape);
      }
      case INT32 -> {
        return TensorValue.ofInts(
            elements.stream()
                .mapToInt(each -> (int) integer(input, each, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .toArray(),
            shape);
      }
      case INT64 -> {
        return TensorValue.ofLongs(
            elements.stream()
                .mapToLong(each -> integer(input, each, Long.MIN_VALUE, Long.MAX_VALUE))
                .toArray(),
            shape);
      }
      case INT16 -> {
        short[] shorts = new short[size];
        for (int i = 0; i < size; i++) {
          shorts[i] = (short) integer(input, elements.get(i), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return TensorValue.ofShorts(ValueType.INT16, shorts, shape);
      }
      case INT8, UINT8 -> {
        boolean isSigned = input.type() == ValueType.INT8;
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
          bytes[i] =
              (byte) integer(input, elements.get(i), isSigned ? -128 : 0, isSigned ? 127 : 255);
        }
        return TensorValue.ofBytes(input.type(), bytes, shape);
      }
      case BOOL -> {
        boolean[] booleans = new boolean[size];
        for (int i = 0; i < size; i++) {
          booleans[i] = require(elements.get(i).isBoolean(), input, elements.get(i)).booleanValue();
        }
        return TensorValue.ofBooleans(booleans, shape);
      }
      case STRING -> {
        return TensorValue.ofStrings(
            elements.stream()
                .map(each -> require(each.isTextual(), input, each).textValue())
                .toList(),
            shape);
      }
      default ->
          throw new IllegalArgumentException(
              "Input '%s' is of %s, which JSON does not have here."
                  .formatted(input.name(), input.type()));
    }
  }

  private static double number(TensorType input, JsonNode json) {
    return require(json.isNumber(), input, json).doubleValue();
  }

  private static long integer(TensorType input, JsonNode json, long least, long most) {
    boolean fits =
        json.isIntegralNumber()
            && json.canConvertToLong()
            && json.longValue() >= least
            && json.longValue() <= most;
    return require(fits, input, json).longValue();
  }

  private static JsonNode require(boolean fits, TensorType input, JsonNode json) {
    if (!fits) {
      String text = json.toString();
      throw new IllegalArgumentException(
          "Input '%s' takes %s, not %s."
              .formatted(
                  input.name(),
                  input.type(),
                  text.length() > 40 ? text.substring(0, 40) + "…" : text));
    }
    return json;
  }

  /** Writes an output; numbers that JSON does not have become texts, such as {@code "NaN"}. */
  static JsonNode write(TensorValue value) {
    return nested(value.shape(), 0, 0, elements(value));
  }

  private static IntFunction<JsonNode> elements(TensorValue value) {
    switch (value.type()) {
      case FLOAT16, BFLOAT16, FLOAT32 -> {
        float[] floats = value.floats();
        return i -> JSON.numberNode(floats[i]);
      }
      case FLOAT64 -> {
        double[] doubles = value.doubles();
        return i -> JSON.numberNode(doubles[i]);
      }
      case INT32 -> {
        int[] ints = value.ints();
        return i -> JSON.numberNode(ints[i]);
      }
      case INT64 -> {
        long[] longs = value.longs();
        return i -> JSON.numberNode(longs[i]);
      }
      case INT16 -> {
        short[] shorts = value.shorts();
        return i -> JSON.numberNode(shorts[i]);
      }
      case INT8 -> {
        byte[] bytes = value.byteElements();
        return i -> JSON.numberNode(bytes[i]);
      }
      case UINT16 -> {
        short[] shorts = value.shorts();
        return i -> JSON.numberNode(Short.toUnsignedInt(shorts[i]));
      }
      case UINT32 -> {
        int[] ints = value.ints();
        return i -> JSON.numberNode(Integer.toUnsignedLong(ints[i]));
      }
      case UINT64 -> {
        long[] longs = value.longs();
        return i -> JSON.numberNode(new BigInteger(Long.toUnsignedString(longs[i])));
      }
      case UINT8 -> {
        byte[] bytes = value.byteElements();
        return i -> JSON.numberNode(Byte.toUnsignedInt(bytes[i]));
      }
      case BOOL -> {
        boolean[] booleans = value.booleans();
        return i -> JSON.booleanNode(booleans[i]);
      }
      case STRING -> {
        List<String> texts = value.strings();
        return i -> JSON.textNode(texts.get(i));
      }
    }
    throw new IllegalStateException("Unknown type " + value.type());
  }

  private static JsonNode nested(
      long[] shape, int axis, int first, IntFunction<JsonNode> elements) {
    if (axis == shape.length) {
      return elements.apply(first);
    }
    int each = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      each *= (int) shape[i];
    }
    ArrayNode array = JSON.arrayNode((int) shape[axis]);
    for (int i = 0; i < shape[axis]; i++) {
      array.add(nested(shape, axis + 1, first + i * each, elements));
    }
    return array;
  }
}
