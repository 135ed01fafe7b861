package io.kindling.benchmarks;

import com.google.protobuf.CodedOutputStream;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout;
import io.kindling.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A chain of dense layers as a file of ONNX, as other frameworks export it. */
final class OnnxMlp {

  private static final int FLOAT = 1;

  private OnnxMlp() {}

  /**
   * Writes {@code features → scores}: a {@code Gemm} per layer, and a {@code Relu} behind each but
   * the last.
   *
   * @param network whose arrays are a kernel and a bias for each layer, in order
   */
  static void write(Path file, Network network, float[] parameters) throws IOException {
    List<ParameterLayout.View> views = network.parameters().views();
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(graph);
    String x = "features";
    for (int i = 0; i < views.size(); i += 2) {
      boolean isLast = i + 2 == views.size();
      String y = isLast ? "scores" : "sum" + i;
      out.writeByteArray(1, node("Gemm", y, x, views.get(i).name(), views.get(i + 1).name()));
      if (!isLast) {
        out.writeByteArray(1, node("Relu", "relu" + i, y));
      }
      x = "relu" + i;
    }
    out.writeString(2, "mlp");
    for (ParameterLayout.View view : views) {
      out.writeByteArray(5, tensor(view, parameters));
    }
    out.writeByteArray(11, value("features", Images.SIZE));
    out.writeByteArray(12, value("scores", Images.CLASSES));
    out.flush();
    Files.write(
        file,
        message(
            model -> {
              model.writeInt64(1, 8);
              model.writeByteArray(7, graph.toByteArray());
              model.writeByteArray(8, message(set -> set.writeInt64(2, 13)));
            }));
  }

  /** Writes the fields of a message. */
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] node(String operation, String output, String... inputs) throws IOException {
    return message(
        out -> {
          for (String input : inputs) {
            out.writeString(1, input);
          }
          out.writeString(2, output);
          out.writeString(4, operation);
        });
  }

  private static byte[] tensor(ParameterLayout.View view, float[] parameters) throws IOException {
    Shape shape = view.spec().shape();
    ByteBuffer raw = ByteBuffer.allocate(view.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(parameters, view.offset(), view.size());
    return message(
        out -> {
          for (int axis = 0; axis < shape.rank(); axis++) {
            out.writeInt64(1, shape.dimension(axis));
          }
          out.writeInt32(2, FLOAT);
          out.writeString(8, view.name());
          out.writeByteArray(9, raw.array());
        });
  }

  private static byte[] value(String name, int columns) throws IOException {
    byte[] shape =
        message(
            out -> {
              out.writeByteArray(1, message(rows -> rows.writeString(2, "rows")));
              out.writeByteArray(1, message(each -> each.writeInt64(1, columns)));
            });
    byte[] type =
        message(
            out -> {
              out.writeInt32(1, FLOAT);
              out.writeByteArray(2, shape);
            });
    return message(
        out -> {
          out.writeString(1, name);
          out.writeByteArray(2, message(kind -> kind.writeByteArray(1, type)));
        });
  }
}
