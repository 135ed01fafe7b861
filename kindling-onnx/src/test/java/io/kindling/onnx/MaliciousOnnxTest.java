package io.kindling.onnx;

import static io.kindling.onnx.OnnxBytes.external;
import static io.kindling.onnx.OnnxBytes.floats;
import static io.kindling.onnx.OnnxBytes.graph;
import static io.kindling.onnx.OnnxBytes.message;
import static io.kindling.onnx.OnnxBytes.model;
import static io.kindling.onnx.OnnxBytes.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.EngineException;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.Models;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.TensorValue;
import io.kindling.testing.FolderState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are made to harm: each is refused by name, before ONNX Runtime sees any of it. */
class MaliciousOnnxTest {

  private static final long[] PAIR = {2};

  @TempDir private Path folder;

  private static Arguments of(String name, String text, OnnxBytes model) {
    return Arguments.of(name, text, model.toBytes());
  }

  private static OnnxBytes adding(OnnxBytes initializer) {
    return model(
        graph(message().text(1, "x").text(1, "w").text(2, "y").text(3, "add").text(4, "Add"))
            .message(5, initializer));
  }

  private static OnnxBytes nested(int times) {
    OnnxBytes inner = graph(node("leaf", "Relu", "", "x", "y"));
    for (int i = 0; i < times; i++) {
      inner =
          graph(
              node("if", "If", "", "x", "y")
                  .message(5, message().text(1, "then_branch").message(6, inner).number(20, 5)));
    }
    return inner;
  }

  private static OnnxBytes functions(int times) {
    OnnxBytes model = model(graph(node("f", "f0", "own", "x", "y")));
    for (int i = 0; i <= times; i++) {
      OnnxBytes function = message().text(1, "f" + i);
      if (i < times) {
        function.message(7, node("a", "f" + (i + 1), "own", "x", "y"));
        function.message(7, node("b", "f" + (i + 1), "own", "x", "y"));
      } else {
        function.message(7, node("leaf", "Relu", "", "x", "y"));
      }
      model.message(25, function.text(10, "own"));
    }
    return model;
  }

  static Stream<Arguments> corpus() {
    OnnxBytes many = graph();
    for (int i = 0; i < 500_001; i++) {
      many.message(1, message().text(4, "Relu"));
    }
    return Stream.of(
        of(
            "an operation of a custom library",
            "operation: operation 'own' (PyOp) is of the set 'ai.onnx.contrib'",
            model(graph(node("own", "PyOp", "ai.onnx.contrib", "x", "y")))),
        of(
            "a custom operation in a subgraph",
            "operation: operation 'own' (Harm) is of the set 'evil'",
            model(
                graph(
                    node("if", "If", "", "x", "y")
                        .message(
                            5,
                            message()
                                .text(1, "then_branch")
                                .message(6, graph(node("own", "Harm", "evil", "x", "y"))))))),
        of(
            "a context of another engine",
            "operation: operation 'context' (EPContext) loads files or code",
            model(graph(node("context", "EPContext", "com.microsoft", "x", "y")))),
        of(
            "absolute external data",
            "path: '/etc/passwd' is an absolute path",
            adding(external("w", PAIR, "location", "/etc/passwd"))),
        of(
            "external data that climbs",
            "path: '../secret' climbs out of its folder",
            adding(external("w", PAIR, "location", "../secret"))),
        of(
            "external data that climbs later",
            "path: 'a/../../secret' climbs out of its folder",
            adding(external("w", PAIR, "location", "a/../../secret"))),
        of(
            "external data of another system",
            "path: 'C:\\secret' is an absolute path",
            adding(external("w", PAIR, "location", "C:\\secret"))),
        of(
            "external data without a name",
            "path: '' is no name of a file",
            adding(external("w", PAIR, "offset", "0"))),
        of(
            "external data that is not there",
            "path: 'gone.bin' is missing",
            adding(external("w", PAIR, "location", "gone.bin"))),
        of(
            "external data that is a link out",
            "path: 'link.bin' is a link that leads out of the model's folder",
            adding(external("w", PAIR, "location", "link.bin"))),
        of(
            "external data in a linked folder",
            "path: 'up/secret' is a link that leads out of the model's folder",
            adding(external("w", PAIR, "location", "up/secret"))),
        of(
            "external data at an address in memory",
            "path: tensor 'w' lies at '*/_ORT_MEM_ADDR_/*', which ONNX Runtime takes for an address",
            adding(external("w", PAIR, "location", "*/_ORT_MEM_ADDR_/*", "offset", "8"))),
        of(
            "external data beyond its file",
            "truncated: tensor 'w' lies in bytes 12 to 20 of 'data.bin', which has 16",
            adding(external("w", PAIR, "location", "data.bin", "offset", "12"))),
        of(
            "external data with an offset that overflows",
            "truncated: tensor 'w' lies in bytes 999999999999999999",
            adding(external("w", PAIR, "location", "data.bin", "offset", "999999999999999999"))),
        of(
            "external data with a negative length",
            "content: tensor 'w' has the length '-8'",
            adding(external("w", PAIR, "location", "data.bin", "length", "-8"))),
        of(
            "external data of another size",
            "shape: tensor 'w' declares 8 bytes, but 4 of 'data.bin' are its",
            adding(external("w", PAIR, "location", "data.bin", "length", "4"))),
        of(
            "external data in an attribute of a subgraph",
            "path: '/etc/shadow' is an absolute path",
            model(
                graph(
                    node("if", "If", "", "x", "y")
                        .message(
                            5,
                            message()
                                .message(
                                    6,
                                    graph(
                                        node("c", "Constant", "", "", "c")
                                            .message(
                                                5,
                                                message()
                                                    .message(
                                                        5,
                                                        external(
                                                            "w",
                                                            PAIR,
                                                            "location",
                                                            "/etc/shadow"))))))))),
        of(
            "external data in what a function takes unless told otherwise",
            "path: '../shadow' climbs out of its folder",
            model(graph(node("f", "f", "own", "x", "y")))
                .message(
                    25,
                    message()
                        .text(1, "f")
                        .message(7, node("r", "Relu", "", "x", "y"))
                        .text(10, "own")
                        .message(
                            11,
                            message()
                                .text(1, "a")
                                .message(5, external("w", PAIR, "location", "../shadow"))))),
        of(
            "a tensor of a terabyte",
            "size: tensor 'w' declares 4000000000000 bytes",
            adding(floats("w", new long[] {1_000_000, 1_000_000}, 1, 2))),
        of(
            "a tensor whose shape overflows",
            "declares",
            adding(floats("w", new long[] {1L << 40, 1L << 40}, 1, 2))),
        of(
            "a tensor with more bytes than its shape",
            "shape: tensor 'w' declares 2 elements of float32, but holds 12 bytes",
            adding(floats("w", PAIR, 1, 2, 3))),
        of(
            "a tensor with a negative dimension",
            "shape: a tensor has a dimension of -2",
            adding(floats("w", new long[] {-2}, 1, 2))),
        of(
            "a tensor of no known type",
            "shape: tensor 'w' has elements of type 99",
            adding(message().number(1, 2).number(2, 99).text(8, "w"))),
        of(
            "a tensor that comes in two parts",
            "content: an attribute has two values",
            model(
                graph(
                    node("c", "Constant", "", "", "y")
                        .message(
                            5,
                            message()
                                .message(5, floats("w", PAIR, 1, 2))
                                .message(5, floats("w", PAIR, 1, 2)))))),
        of(
            "a sparse tensor that comes in two parts",
            "content: a sparse tensor has its numbers twice",
            model(
                graph(node("r", "Relu", "", "x", "y"))
                    .message(
                        15,
                        message()
                            .message(1, floats("w", PAIR, 1, 2))
                            .message(1, floats("w", PAIR, 1, 2))))),
        of("graphs within graphs", "depth: ", model(nested(60))),
        of(
            "a bomb of operations",
            "count: the graph has more than 500000 operations (limit 'nodes')",
            model(many)),
        of(
            "functions that double forty times",
            "count: functions that call functions make more than 500000 operations",
            functions(40)),
        of(
            "a function that calls itself",
            "depth: function 'own:f' calls itself",
            model(graph(node("f", "f", "own", "x", "y")))
                .message(
                    25,
                    message()
                        .text(1, "f")
                        .message(7, node("again", "f", "own", "x", "y"))
                        .text(10, "own"))),
        of(
            "two functions of one name",
            "content: it has two functions 'own:f'",
            model(graph(node("f", "f", "own", "x", "y")))
                .message(25, message().text(1, "f").text(10, "own"))
                .message(25, message().text(1, "f").text(10, "own"))),
        of(
            "a version to come",
            "version: it has IR version 99",
            message()
                .number(1, 99)
                .message(7, graph(node("r", "Relu", "", "x", "y")))
                .message(8, message().number(2, 13))),
        of("no graph", "content: it holds no graph", message().number(1, 8).message(8, message())),
        of(
            "a declared length beyond the file",
            "truncated: field 7 of ModelProto declares",
            message().number(1, 8).number((7 << 3) | 2, 0).bytes(7, new byte[3])),
        of(
            "an input that is no tensor",
            "shape: input 's' is no tensor",
            model(
                graph(node("r", "Relu", "", "x", "y"))
                    .message(
                        11, message().text(1, "s").message(2, message().message(4, message()))))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void isRefusedByName(String name, String text, byte[] bytes) throws IOException {
    Path inside = Files.createDirectory(folder.resolve("model"));
    Files.writeString(folder.resolve("secret"), "12345678");
    Files.write(inside.resolve("data.bin"), new byte[16]);
    Files.createSymbolicLink(inside.resolve("link.bin"), folder.resolve("secret"));
    Files.createSymbolicLink(inside.resolve("up"), folder);
    Files.createDirectories(inside.resolve("*/_ORT_MEM_ADDR_"));
    Files.write(inside.resolve("*/_ORT_MEM_ADDR_/*"), new byte[16]);
    byte[] written =
        name.equals("a declared length beyond the file")
            ? new byte[] {0x08, 0x08, 0x3a, 0x7f, 0x0a}
            : bytes;
    Path file = Files.write(inside.resolve("model.onnx"), written);
    FolderState before = FolderState.of(folder);
    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining(text);
    assertThat(FolderState.of(folder)).isEqualTo(before);
  }

  @Test
  void refusesWhatIsNamedButIsNone() throws IOException {
    Path file = Files.writeString(folder.resolve("model.onnx"), "hello");
    assertThatThrownBy(() -> Models.load(file))
        .hasMessageContaining("the file is no ONNX model: it begins with 68 65 6c 6c 6f")
        .hasMessageEndingWith("Formats on the class path: [ONNX].");
    byte[] whole = model(graph(node("r", "Relu", "", "x", "y"))).toBytes();
    Files.write(file, Arrays.copyOf(whole, whole.length - 10));
    assertThatThrownBy(() -> Models.load(file)).hasMessageContaining("truncated: ");
  }

  /** The bytes 4 to 7 of ONNX Runtime's own format, which nobody here checks. */
  @Test
  void isReadAsWhatWasChecked() throws IOException {
    OnnxBytes bytes =
        message()
            .text(2, "..ORTM")
            .number(1, 8)
            .message(7, graph(node("r", "Relu", "", "x", "y")))
            .message(8, message().text(1, "").number(2, 13));
    Path file = Files.write(folder.resolve("model.onnx"), bytes.toBytes());
    try (LoadedModel model = Models.load(file)) {
      TensorValue x = TensorValue.ofFloats(new float[] {-1, 2}, 1, 2);
      assertThat(model.run("serving_default", Map.of("x", x), List.of("y")).get("y").floats())
          .containsExactly(0, 2);
    }
  }

  @Test
  void readsExternalDataInsideTheFolder() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("model"));
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(new float[] {9, 9, 10, 20});
    Files.createDirectory(inside.resolve("weights"));
    Files.write(inside.resolve("weights/w.bin"), data.array());
    Path file =
        Files.write(
            inside.resolve("model.onnx"),
            adding(external("w", PAIR, "location", "weights/w.bin", "offset", "8", "length", "8"))
                .toBytes());
    try (LoadedModel model = Models.load(file)) {
      TensorValue x = TensorValue.ofFloats(new float[] {1, 2, 3, 4}, 2, 2);
      assertThat(model.run("serving_default", Map.of("x", x), List.of("y")).get("y").floats())
          .containsExactly(11, 22, 13, 24);
      assertThat(model.description().bytes()).isEqualTo(Files.size(file) + 16);
      assertThat(model.description().producer()).isEqualTo("test");
    }
  }

  @Test
  void passesOnWhatTheEngineSays() throws IOException {
    Path file =
        Files.write(
            folder.resolve("m.onnx"), model(graph(node("r", "Nothing", "", "x", "y"))).toBytes());
    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Failed to load the model")
        .hasMessageContaining("ONNX Runtime says: ");
  }

  @Test
  void changedBytesNeverHarm() throws IOException {
    byte[] whole = adding(floats("w", PAIR, 1, 2)).toBytes();
    Path file = folder.resolve("m.onnx");
    Random random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      Files.write(file, changed);
      try {
        Models.describe(file, LoadOptions.defaults());
      } catch (IllegalArgumentException e) {
        assertThat(e).isInstanceOf(RefusedModelException.class);
      }
    }
  }
}
