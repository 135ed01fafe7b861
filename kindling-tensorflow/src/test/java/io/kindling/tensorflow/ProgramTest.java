package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.EngineException;
import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.Objectives;
import io.kindling.engine.reference.ReferenceEngine;
import io.kindling.engine.reference.Rows;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Gradients;
import io.kindling.network.Input;
import io.kindling.network.Layer;
import io.kindling.network.LayerNetwork;
import io.kindling.network.LayerScope;
import io.kindling.network.LayerType;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.TensorSpec;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class ProgramTest {

  private final TensorFlowEngine engine = TensorFlowEngine.withThreads(1);

  @AfterEach
  void nothingNativeIsLeft() {
    assertThat(engine.memory()).hasToString("0 native tensors with 0 bytes");
  }

  static Stream<Arguments> objectives() {
    return Objectives.all().entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void aSavedModelComputesTheSame(String name, Objective objective, @TempDir Path folder)
      throws IOException {
    Network network = objective.network();
    Rows rows = Rows.random(objective, network.inputs(), 3, 4);
    SavedModelExport.write(
        folder.resolve("model"), network, Rows.parameters(network, 5), Rows.state(network, 6));
    Map<String, Tensor> inputs = new HashMap<>();
    try (Program program = engine.compile(network);
        SavedModelBundle model =
            SavedModelBundle.load(folder.resolve("model").toString(), "serve")) {
      write(program, 5);
      for (TensorSpec input : network.inputs()) {
        inputs.put(input.name(), tensor(input, rows));
      }
      try (Result result = model.function("serving_default").call(inputs)) {
        rows.outputs(program)
            .forEach(
                (output, expected) -> {
                  float[] actual = new float[expected.length];
                  ((TFloat32) result.get(output).orElseThrow()).copyTo(DataBuffers.of(actual));
                  assertThat(actual).as(output).containsExactly(expected, within(1e-6f));
                });
      }
    } finally {
      inputs.values().forEach(Tensor::close);
    }
  }

  private static Tensor tensor(TensorSpec spec, Rows rows) {
    Shape shape = Shape.of(NativeTypes.dimensions(rows.count, spec.shape()));
    float[] values = rows.columns.get(spec);
    if (spec.type() == ElementType.FLOAT32) {
      return TFloat32.tensorOf(shape, DataBuffers.of(values));
    }
    int[] whole = new int[values.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (int) values[i];
    }
    return TInt32.tensorOf(shape, DataBuffers.of(whole));
  }

  @Test
  void everyLayerIsInTheTable() {
    assertThat(
            Objectives.all().values().stream()
                .filter(objective -> objective.network() instanceof LayerNetwork)
                .flatMap(objective -> ((LayerNetwork) objective.network()).steps().stream())
                .map(step -> step.layer().getClass().getSimpleName())
                .distinct())
        .containsExactlyInAnyOrderElementsOf(
            LayerType.all().stream()
                .map(type -> type.example().getClass().getSimpleName())
                .toList());
  }

  private static void write(Program program, long seed) {
    float[] parameters = Rows.parameters(program.network(), seed);
    float[] state = Rows.state(program.network(), seed + 1);
    program.parameters().write(parameters, 0, parameters.length);
    program.state().write(state, 0, state.length);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void computesWhatTheReferenceDoes(String name, Objective objective) {
    LayerNetwork network = (LayerNetwork) objective.network();
    try (TrainingProgram program = engine.compile(objective);
        TrainingProgram reference = new ReferenceEngine().compile(objective)) {
      write(program, 21);
      write(reference, 21);
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 3, 4, 2);
      Map<String, float[]> expected = rows.pickInputs(network).outputs(reference);
      rows.pickInputs(network)
          .outputs(program)
          .forEach(
              (output, values) ->
                  assertThat(values)
                      .as(output)
                      .containsExactly(expected.get(output), within(1e-4f)));
      double[] sums = rows.evaluate(reference);
      assertThat(rows.evaluate(program)).containsExactly(sums, within(1e-4));
      if (!network.drawsRandomNumbers()) {
        Rows.Step step = rows.step(program);
        Rows.Step exact = rows.step(reference);
        assertThat(step.loss()).isCloseTo(exact.loss(), within(1e-5f));
        assertThat(step.metricSums()).containsExactly(exact.metricSums(), within(1e-4f));
        assertThat(step.gradients()).containsExactly(exact.gradients(), within(1e-4f));
        assertThat(step.state()).containsExactly(exact.state(), within(1e-5f));
      }
    }
  }

  /** Rows of one group stay together, as batch norm needs. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void partsOfABatchWeightedByTheirRowsMakeTheWhole(String name, Objective objective) {
    try (TrainingProgram program = engine.compile(objective)) {
      write(program, 31);
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 5, 3, 2, 4);
      Rows.Step whole = rows.step(program);
      Rows first = rows.pick(0, 1, 2, 3, 4);
      Rows second = rows.pick(5, 6, 7, 8);
      float[] groups = second.columns.get(TrainingProgram.GROUP);
      if (groups != null) {
        java.util.Arrays.fill(groups, 0);
      }
      Rows.Step a = first.step(program);
      Rows.Step b = second.step(program);
      assertThat((a.loss() * 5 + b.loss() * 4) / 9).isCloseTo(whole.loss(), within(1e-5f));
      assertThat(mean(a.gradients(), b.gradients()))
          .containsExactly(whole.gradients(), within(1e-5f));
      for (int i = 0; i < whole.metricSums().length; i++) {
        assertThat(a.metricSums()[i] + b.metricSums()[i])
            .isCloseTo(whole.metricSums()[i], within(1e-4f));
      }
      assertThat(mean(a.state(), b.state())).containsExactly(whole.state(), within(1e-5f));
    }
  }

  private static float[] mean(float[] a, float[] b) {
    float[] mean = new float[a.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (a[i] * 5 + b[i] * 4) / 9;
    }
    return mean;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void theOrderOfRowsDoesNotMatter(String name, Objective objective) {
    try (TrainingProgram program = engine.compile(objective)) {
      write(program, 31);
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 5, 3, 2, 4);
      Rows.Step sorted = rows.step(program);
      Rows.Step shuffled = rows.pick(8, 0, 3, 1, 7, 2, 6, 4, 5).step(program);
      assertThat(shuffled.loss()).isCloseTo(sorted.loss(), within(1e-5f));
      assertThat(shuffled.gradients()).containsExactly(sorted.gradients(), within(1e-5f));
      assertThat(shuffled.state()).containsExactly(sorted.state(), within(1e-5f));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void aNetworkOfItsTextComputesTheSame(String name, Objective objective) {
    Network read = NetworkFormat.parse(objective.network().toJson());
    Rows rows = Rows.random(objective, read.inputs(), 3, 4);
    try (Program one = engine.compile(objective.network());
        Program other = engine.compile(read)) {
      write(one, 5);
      write(other, 5);
      Map<String, float[]> expected = rows.outputs(one);
      rows.outputs(other)
          .forEach((output, values) -> assertThat(values).isEqualTo(expected.get(output)));
    }
  }

  /** A layer of a user's that does not do what it says. */
  private record Wrong(String name, int stated) implements Layer {
    @Override
    public Layer named(String name) {
      return new Wrong(name, stated);
    }

    @Override
    public io.kindling.tensor.Shape outputShape(List<io.kindling.tensor.Shape> inputs) {
      return io.kindling.tensor.Shape.of(stated);
    }

    @Override
    public io.kindling.tensor.Tensor apply(
        LayerScope scope, List<io.kindling.tensor.Tensor> inputs) {
      return stated == 1 ? inputs.get(0).constant(1).reshaped(1) : inputs.get(0);
    }
  }

  @Test
  void refusesALayerThatComputesWhatItDoesNotState() {
    for (int stated = 1; stated <= 2; stated++) {
      Network network = Network.sequential(Input.of("x", 3), new Wrong("wrong", stated));
      String output = "[?, " + stated + "]";
      assertThatThrownBy(() -> engine.compile(network).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Layer 'wrong' (Wrong) states the output " + output);
    }
  }

  @Test
  void givesBackAnInputThatNoLayerChanges() {
    Network network = Network.sequential(Input.of("x", 2), Dropout.of(0.5));
    try (Program program = engine.compile(network);
        Program.BatchMemory batch = program.newBatch(1)) {
      batch.column(0).putFloat(0, 3).putFloat(4, 5);
      batch.setRows(1);
      try (Program.Outputs outputs = program.outputs(batch)) {
        assertThat(outputs.column(0).getFloat(4)).isEqualTo(5);
      }
    }
  }

  @Test
  void countsOnlySortedGroups() {
    assertThat(SortedGroups.count(java.nio.IntBuffer.wrap(new int[] {0, 0, 1, 2}), 4)).isEqualTo(3);
    assertThat(SortedGroups.count(java.nio.IntBuffer.wrap(new int[] {0, 0, 1, 2}), 2)).isEqualTo(1);
    assertThat(SortedGroups.count(java.nio.IntBuffer.wrap(new int[] {1, 1}), 2)).isZero();
    assertThat(SortedGroups.count(java.nio.IntBuffer.wrap(new int[] {0, 2}), 2)).isZero();
    assertThat(SortedGroups.count(java.nio.IntBuffer.wrap(new int[] {0, 1, 0}), 3)).isZero();
  }

  @Test
  void batchNormMovesItsAverages() {
    Objective objective =
        Objective.of(
            Network.sequential(Input.of("x", 1), BatchNorm.of().withMomentum(0.75)),
            Loss.meanSquaredError());
    try (TrainingProgram program = engine.compile(objective)) {
      float[] state = objective.network().state().initialize(1);
      program.state().write(state, 0, state.length);
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 1, 1, 2);
      // Group 0 holds 5, group 1 holds 1 and 3: means 5 and 2, variances 0 and 1.
      float[] x = rows.columns.get(objective.network().inputs().get(0));
      System.arraycopy(new float[] {5, 1, 3}, 0, x, 0, 3);
      float[] moved = rows.step(program).state();
      assertThat(moved[0]).isCloseTo(0.25f * (5 + 2 * 2) / 3, within(1e-6f));
      assertThat(moved[16]).isCloseTo(0.75f + 0.25f * (0 + 2 * 1) / 3f, within(1e-6f));
    }
  }

  @Test
  void evaluationAddsLossAndMetrics() {
    Network network = Network.sequential(Input.of("x", 3), Dense.of(3).named("class"));
    Objective objective =
        Objective.of(network, Loss.sparseCategoricalCrossEntropy(), Metric.accuracy());
    try (TrainingProgram program = engine.compile(objective)) {
      write(program, 9);
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 5, 7);
      double[] sums = rows.evaluate(program);
      float[] z = rows.outputs(program).get("class");
      float[] classes = rows.columns.get(objective.targets().get(0));
      double loss = 0;
      int right = 0;
      for (int row = 0; row < 7; row++) {
        double sum = 0;
        int best = 0;
        for (int c = 0; c < 3; c++) {
          sum += Math.exp(z[row * 3 + c]);
          best = z[row * 3 + c] > z[row * 3 + best] ? c : best;
        }
        int wanted = (int) classes[row];
        loss += Math.log(sum) - z[row * 3 + wanted];
        right += best == wanted ? 1 : 0;
      }
      assertThat(sums[0]).isCloseTo(loss, within(1e-4));
      assertThat(sums[1]).isEqualTo(right);
      Rows.Step step = rows.step(program);
      assertThat(step.loss()).isCloseTo((float) (loss / 7), within(1e-5f));
      assertThat(step.metricSums()).containsExactly(right);
    }
  }

  @Test
  void evaluationUsesLayersInScoringMode() {
    Objective objective = Objectives.all().get("dropout and batch norm");
    try (TrainingProgram program = engine.compile(objective)) {
      write(program, 9);
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 5, 3, 4);
      double[] sums = rows.evaluate(program);
      float[] y = rows.outputs(program).values().iterator().next();
      float[] t = rows.columns.get(objective.targets().get(0));
      double loss = 0;
      for (int i = 0; i < y.length; i++) {
        loss += (y[i] - t[i]) * (y[i] - t[i]) / 2;
      }
      assertThat(sums[0]).isCloseTo(loss, within(1e-4));
    }
  }

  @Test
  void randomAndStatisticsColumnsAreThereOnlyWhereNeeded() {
    Map<String, Objective> all = Objectives.all();
    assertColumns(all.get("dense"), "x", "dense_1");
    assertColumns(all.get("no dropout"), "x", "dropout_1");
    assertColumns(all.get("dropout"), "x", "dense_2", "kindling/row_key");
    assertColumns(all.get("batch norm of the input"), "x", "batch_norm_1", "kindling/group");
  }

  private void assertColumns(Objective objective, String... names) {
    try (TrainingProgram program = engine.compile(objective)) {
      assertThat(Rows.trainingColumns(program)).extracting(TensorSpec::name).containsExactly(names);
    }
  }

  @Test
  void outputsDoNotChangeWhenTheBatchIsFilledAgain() {
    Network network = Network.sequential(Input.of("x", 2, 2), Flatten.of());
    try (Program program = engine.compile(network);
        Program.BatchMemory batch = program.newBatch(1)) {
      batch.column(0).asFloatBuffer().put(new float[] {1, 2, 3, 4});
      batch.setRows(1);
      try (Program.Outputs outputs = program.outputs(batch)) {
        batch.column(0).putFloat(0, 9);
        assertThat(outputs.column(0).getFloat(0)).isEqualTo(1);
      }
    }
  }

  @Test
  void noRowsHaveNoOutputs() {
    try (Program program = engine.compile(Objectives.all().get("dense").network());
        Program.BatchMemory batch = program.newBatch(1);
        Program.Outputs outputs = program.outputs(batch)) {
      assertThat(outputs.rows()).isZero();
      assertThat(outputs.column(0).remaining()).isZero();
    }
  }

  @Test
  void manyThreadsScoreAtOnce() throws Exception {
    Objective objective = Objectives.all().get("two convolutions, same");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Program program = engine.compile(objective.network())) {
      write(program, 3);
      List<Future<Boolean>> results =
          threads.invokeAll(
              IntStream.range(0, 8)
                  .<java.util.concurrent.Callable<Boolean>>mapToObj(
                      seed ->
                          () -> {
                            Rows rows =
                                Rows.random(objective, objective.network().inputs(), seed, 3);
                            float[] first = rows.outputs(program).values().iterator().next();
                            boolean same = true;
                            for (int i = 0; i < 50; i++) {
                              float[] again = rows.outputs(program).values().iterator().next();
                              same &= java.util.Arrays.equals(first, again);
                            }
                            return same;
                          })
                  .toList());
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void gradientsAreReadInAnyRanges() {
    try (TrainingProgram program = engine.compile(Objectives.all().get("dense"))) {
      write(program, 3);
      Rows rows = Rows.random(program.objective(), Rows.trainingColumns(program), 4, 5);
      float[] whole = rows.step(program).gradients();
      try (Program.BatchMemory batch = program.newTrainingBatch(5)) {
        rows.fill(batch);
        Gradients gradients = program.gradients(batch);
        for (int from = 0; from < whole.length; from++) {
          for (int length = 0; from + length <= whole.length; length++) {
            float[] into = new float[length + 2];
            java.util.Arrays.fill(into, 7);
            gradients.read(from, into, 1, length);
            assertThat(into[0]).isEqualTo(7);
            assertThat(into[length + 1]).isEqualTo(7);
            for (int i = 0; i < length; i++) {
              assertThat(into[i + 1]).isEqualTo(whole[from + i]);
            }
          }
        }
        assertThat(whole[12]).isZero();
      }
    }
  }

  @Test
  void saysWhatIsWrongWithABatch() {
    try (TrainingProgram program = engine.compile(Objectives.all().get("dense"));
        Program.BatchMemory batch = program.newBatch(2);
        Program.BatchMemory training = program.newTrainingBatch(2)) {
      assertThatThrownBy(() -> program.gradients(batch))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Batch does not match the program: it has the columns ['x' float32[?, 3]] but expected"
                  + " ['x' float32[?, 3], 'dense_1' float32[?, 4]].");
      assertThatThrownBy(() -> program.gradients(training))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid batch of 0 rows. Gradients of the mean loss need 1 row at least.");
      assertThatThrownBy(() -> training.setRows(3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid number of rows 3. The batch has room for 2.");
      assertThatThrownBy(() -> program.newBatch(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid capacity 0. A batch has room for at least 1 row.");
      assertThatThrownBy(() -> program.newBatch(Integer.MAX_VALUE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("use smaller batches");
    }
  }

  @Test
  void closingTwiceIsHarmlessAndUseAfterCloseSaysSo() {
    TrainingProgram program = engine.compile(Objectives.all().get("dense"));
    Program.BatchMemory batch = program.newTrainingBatch(2);
    batch.setRows(1);
    Gradients gradients = program.gradients(batch);
    program.close();
    program.close();
    assertThatThrownBy(() -> program.gradients(batch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The program is closed; it cannot compute.");
    assertThatThrownBy(() -> program.parameters().write(new float[32], 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The program is closed; its parameters cannot be written.");
    assertThatThrownBy(() -> gradients.read(0, new float[1], 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The gradients are gone: they are valid until the program's next call.");
    batch.close();
    batch.close();
    assertThatThrownBy(() -> batch.column(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The batch is closed; it cannot be filled or fed.");
  }

  @Test
  void saysWhatTensorFlowSays() {
    GraphNetwork odd =
        GraphNetwork.of(
            g -> {
              var x = g.input("x", 2);
              var tf = g.tf();
              var sum = tf.linalg.matMul(x, tf.constant(new float[][] {{1}, {1}}));
              return GraphNetwork.drawn("y", tf.concat(List.of(sum, sum), tf.constant(0)))
                  .withLoss(tf.constant(0f));
            });
    try (Program program = engine.compile(odd);
        Program.BatchMemory batch = program.newBatch(3)) {
      batch.setRows(3);
      assertThatThrownBy(() -> program.outputs(batch))
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "Output 'y' float32[?, 1] came out with 24 bytes for 3 rows but expected 12. Every "
                  + "output needs one row per row of the inputs.");
    }
  }
}
