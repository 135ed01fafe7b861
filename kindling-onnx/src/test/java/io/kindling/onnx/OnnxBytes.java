package io.kindling.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes protobuf fields: enough to make ONNX models, good and bad. */
final class OnnxBytes {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static OnnxBytes message() {
    return new OnnxBytes();
  }

  OnnxBytes number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  OnnxBytes text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  OnnxBytes message(int field, OnnxBytes value) {
    return bytes(field, value.toBytes());
  }

  OnnxBytes bytes(int field, byte[] value) {
    varint(((long) field << 3) | 2);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  static OnnxBytes node(String name, String operation, String domain, String input, String output) {
    return message()
        .text(1, input)
        .text(2, output)
        .text(3, name)
        .text(4, operation)
        .text(7, domain);
  }

  /** A value of free rows and two columns. */
  static OnnxBytes value(String name, int type) {
    OnnxBytes shape =
        message().message(1, message().text(2, "rows")).message(1, message().number(1, 2));
    return message()
        .text(1, name)
        .message(2, message().message(1, message().number(1, type).message(2, shape)));
  }

  static OnnxBytes floats(String name, long[] dimensions, float... values) {
    OnnxBytes tensor = message();
    for (long dimension : dimensions) {
      tensor.number(1, dimension);
    }
    ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor.number(2, 1).text(8, name).bytes(9, raw.array());
  }

  static OnnxBytes external(String name, long[] dimensions, String... entries) {
    OnnxBytes tensor = message();
    for (long dimension : dimensions) {
      tensor.number(1, dimension);
    }
    tensor.number(2, 1).text(8, name);
    for (int i = 0; i < entries.length; i += 2) {
      tensor.message(13, message().text(1, entries[i]).text(2, entries[i + 1]));
    }
    return tensor.number(14, 1);
  }

  /** A model of opset 13 around a graph. */
  static OnnxBytes model(OnnxBytes graph) {
    return message()
        .number(1, 8)
        .text(2, "test")
        .message(7, graph)
        .message(8, message().text(1, "").number(2, 13));
  }

  /** {@code x → y} by one operation. */
  static OnnxBytes graph(OnnxBytes... nodes) {
    OnnxBytes graph = message();
    for (OnnxBytes node : nodes) {
      graph.message(1, node);
    }
    return graph.text(2, "g").message(11, value("x", 1)).message(12, value("y", 1));
  }
}
