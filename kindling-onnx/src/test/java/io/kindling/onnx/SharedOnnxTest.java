package io.kindling.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.Models;
import io.kindling.predict.Predictor;
import io.kindling.predict.PredictorOptions;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.testing.GoldenModel;
import io.kindling.testing.NativeMemory;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every shared ONNX model describes itself and scores what is recorded of it. */
@NeedsShared
class SharedOnnxTest {

  @ParameterizedTest
  @ValueSource(strings = {"opt-mnist_onnx", "tinybert_onnx", "version-RFB-320_onnx"})
  void scoresWhatIsRecorded(String name) throws IOException {
    GoldenModel golden = GoldenModel.of(name);
    ModelDescription description = Models.describe(golden.path());
    assertThat(description.format()).isEqualTo("ONNX");
    assertThat(description.isAcceptable()).as(description.toString()).isTrue();
    assertThat(description.defaultSignature().inputs().stream().map(TensorType::name))
        .containsExactlyElementsOf(golden.inputs().keySet());
    LoadOptions options = LoadOptions.defaults().withThreads(1);
    try (LoadedModel model = Models.load(golden.path(), options)) {
      golden.assertScoredBy(model);
      assertThat(model.description()).isEqualTo(description);
    }
  }

  @Test
  void scoresTheRecordedDenseNetwork() throws IOException {
    Path folder = SharedData.path("models/onnx/recorded/keras_tf2_example");
    Map<String, TensorValue> arrays = new HashMap<>();
    try (InputStream file = Files.newInputStream(folder.resolve("io.npz"));
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        arrays.put(entry.getName().replace(".npy", ""), GoldenModel.npy(zip.readAllBytes()));
      }
    }
    try (LoadedModel model = Models.load(folder.resolve("example.onnx"))) {
      ModelSignature signature = model.description().defaultSignature();
      String input = signature.inputs().get(0).name();
      String output = signature.outputs().get(0).name();
      TensorValue x = arrays.containsKey(input) ? arrays.get(input) : arrays.get("input");
      TensorValue y = arrays.containsKey(output) ? arrays.get(output) : arrays.get("output");
      TensorValue scored =
          model.run(signature.name(), Map.of(input, x), List.of(output)).get(output);
      GoldenModel.assertClose(output, scored.floats(), y.floats());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"light_bvlc_alexnet", "light_resnet50", "light_squeezenet"})
  void runsTheLightTopologies(String name) throws IOException {
    Path file = SharedData.path("models/onnx/light/" + name + ".onnx");
    try (LoadedModel model = Models.load(file)) {
      ModelSignature signature = model.description().defaultSignature();
      TensorType input = signature.inputs().get(0);
      long[] shape = input.dimensions().orElseThrow().stream().mapToLong(Long::longValue).toArray();
      float[] values = new float[(int) TensorValue.elements(shape)];
      Arrays.fill(values, 0.5f);
      String output = signature.outputs().get(0).name();
      TensorValue scored =
          model
              .run(
                  signature.name(),
                  Map.of(input.name(), TensorValue.ofFloats(values, shape)),
                  List.of(output))
              .get(output);
      float[] expected = new float[1000];
      Arrays.fill(expected, 0.001f);
      GoldenModel.assertClose(output, scored.floats(), expected);
    }
  }

  @Test
  void refusesTheOldVersionSayingHowToConvertIt() {
    Path file = SharedData.path("models/onnx/old-ir1/super_resolution_ir1.onnx");
    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining(
            "version: it has IR version 1 and names no set of operations; ONNX Runtime reads 3 to"
                + " 13. Load it in Python with the onnx package and write it again with"
                + " onnx.version_converter.convert_version");
  }

  @Test
  void manyCallersOfAPredictorGetTheAnswersTheyWouldGetAlone() throws Exception {
    GoldenModel golden = GoldenModel.of("tinybert_onnx");
    PredictorOptions options =
        PredictorOptions.defaults()
            .withConcurrency(2)
            .withQueue(100)
            .withMicroBatching(8, Duration.ofMillis(2));
    ExecutorService threads = Executors.newFixedThreadPool(12);
    LoadOptions one = LoadOptions.defaults().withThreads(1);
    try (Predictor predictor = Predictor.load(golden.path(), one, options)) {
      List<String> outputs = golden.outputNames();
      Map<String, TensorValue> alone =
          predictor.predict("serving_default", golden.inputs(), outputs);
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 12; thread++) {
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    Map<String, TensorValue> joined =
                        predictor.predict("serving_default", golden.inputs(), outputs);
                    for (String output : outputs) {
                      GoldenModel.assertClose(
                          output, joined.get(output).floats(), alone.get(output).floats());
                    }
                  }
                }));
      }
      predictor.reload(golden.path());
      for (Future<?> each : all) {
        each.get(120, TimeUnit.SECONDS);
      }
      assertThat(predictor.metrics().failed() + predictor.metrics().refused()).isZero();
      assertThat(predictor.metrics().runs()).isLessThan(predictor.metrics().calls());
    } finally {
      threads.shutdownNow();
    }
  }

  /** A graph or session of these models takes more than 100 KB, their files more than 10. */
  @Test
  void manyCyclesLeaveNativeMemoryWhereItWas() throws IOException {
    GoldenModel golden = GoldenModel.of("opt-mnist_onnx");
    LoadOptions one = LoadOptions.defaults().withThreads(1);
    NativeMemory.assertSettles(
        10_000,
        () -> {
          try (LoadedModel model = Models.load(golden.path(), one)) {
            golden.assertScoredBy(model);
          }
        });
  }
}
