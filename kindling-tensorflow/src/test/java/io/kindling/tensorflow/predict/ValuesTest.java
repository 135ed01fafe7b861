package io.kindling.tensorflow.predict;

import static io.kindling.tensorflow.predict.GraphDefs.frozen;
import static io.kindling.tensorflow.predict.GraphDefs.identity;
import static io.kindling.tensorflow.predict.GraphDefs.placeholder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.EngineException;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.Models;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** Values of all types and ranks go through TensorFlow and come back as they were. */
class ValuesTest {

  @TempDir private Path folder;

  private static DataType dataType(ValueType type) {
    return Arrays.stream(DataType.values())
        .filter(each -> SignatureReader.valueType(each).equals(java.util.Optional.of(type)))
        .findFirst()
        .orElseThrow();
  }

  private LoadedModel identityOf(ValueType type) throws IOException {
    GraphDef graph =
        GraphDef.newBuilder()
            .addNode(placeholder("x", dataType(type)))
            .addNode(identity("y", dataType(type), "x"))
            .build();
    return Models.load(frozen(folder, graph));
  }

  private static List<TensorValue> values(ValueType type, long[] shape, Random random) {
    int size = (int) TensorValue.elements(shape);
    if (type == ValueType.STRING) {
      List<byte[]> strings = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        byte[] string = new byte[random.nextInt(60)];
        random.nextBytes(string);
        strings.add(string);
      }
      return List.of(TensorValue.ofBinary(strings, shape));
    }
    byte[] bytes = new byte[size * type.bytes()];
    random.nextBytes(bytes);
    if (type == ValueType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 1).position(1);
    direct.put(bytes).position(1);
    return List.of(
        TensorValue.of(type, ByteBuffer.wrap(bytes), shape),
        TensorValue.of(type, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), shape),
        TensorValue.of(type, direct, shape));
  }

  @ParameterizedTest
  @EnumSource(ValueType.class)
  void comeBackAsTheyWere(ValueType type) throws IOException {
    Random random = new Random(3);
    try (LoadedModel model = identityOf(type)) {
      for (long[] shape :
          new long[][] {
            {}, {1}, {7}, {0}, {2, 3}, {3, 0}, {2, 1, 4}, {1, 2, 3, 2}, {2, 2, 1, 3, 2}
          }) {
        for (TensorValue value : values(type, shape, random)) {
          Map<String, TensorValue> outputs =
              model.run("serving_default", Map.of("x", value), List.of("y"));
          assertThat(outputs).containsOnlyKeys("y");
          assertThat(outputs.get("y").type()).isEqualTo(type);
          if (type == ValueType.STRING) {
            assertThat(outputs.get("y").shape()).isEqualTo(shape);
            for (int i = 0; i < value.size(); i++) {
              assertThat(outputs.get("y").binaries().get(i)).isEqualTo(value.binaries().get(i));
            }
          } else {
            assertThat(outputs.get("y")).isEqualTo(value);
          }
        }
      }
      assertThat(((TensorFlowModel) model).graph().memory().tensors()).isZero();
    }
  }

  @Test
  void manyThreadsGetTheirOwnAnswers() throws Exception {
    try (LoadedModel model = identityOf(ValueType.INT64)) {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
          long first = thread * 1000L;
          all.add(
              threads.submit(
                  () -> {
                    for (long i = first; i < first + 500; i++) {
                      TensorValue value = TensorValue.ofLongs(new long[] {i, -i}, 2);
                      assertThat(model.run("serving_default", Map.of("x", value), List.of("y")))
                          .containsEntry("y", value);
                    }
                  }));
        }
        for (Future<?> each : all) {
          each.get(60, TimeUnit.SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    LoadedModel model = identityOf(ValueType.INT32);
    TensorValue value = TensorValue.ofInts(new int[] {1}, 1);
    assertThatThrownBy(() -> model.run("serving_default", Map.of(), List.of("y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'x' is missing");
    assertThatThrownBy(() -> model.run("serving_default", Map.of("x", value), List.of("z")))
        .hasMessage("Signature 'serving_default' has no output 'z'. It has [y].");
    assertThatThrownBy(() -> model.run("other", Map.of("x", value), List.of("y")))
        .hasMessage("The model has no signature 'other'. It has [serving_default].");
    model.close();
    model.close();
    assertThatThrownBy(() -> model.run("serving_default", Map.of("x", value), List.of("y")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("is closed; it cannot be run.");
  }

  @Test
  void passesOnWhatTheEngineSays() throws IOException {
    GraphDef graph =
        GraphDef.newBuilder()
            .addNode(placeholder("x", DataType.DT_FLOAT))
            .addNode(placeholder("w", DataType.DT_FLOAT))
            .addNode(
                GraphDefs.node("y", "MatMul", "x", "w")
                    .putAttr("T", GraphDefs.type(DataType.DT_FLOAT)))
            .build();
    try (LoadedModel model = Models.load(frozen(folder, graph))) {
      Map<String, TensorValue> inputs =
          Map.of(
              "x", TensorValue.ofFloats(new float[6], 2, 3),
              "w", TensorValue.ofFloats(new float[4], 2, 2));
      assertThatThrownBy(() -> model.run("serving_default", inputs, List.of("y")))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("Failed to compute. TensorFlow says: ")
          .hasMessageContaining("Matrix size-incompatible");
      assertThat(((TensorFlowModel) model).graph().memory().tensors()).isZero();
    }
  }
}
