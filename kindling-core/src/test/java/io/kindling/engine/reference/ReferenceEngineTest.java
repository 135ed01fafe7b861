package io.kindling.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.Objective;
import io.kindling.engine.Program.BatchMemory;
import io.kindling.engine.Program.Outputs;
import io.kindling.engine.TrainingProgram;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.Add;
import io.kindling.network.BatchNorm;
import io.kindling.network.Concatenate;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Gradients;
import io.kindling.network.Initializer;
import io.kindling.network.Input;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.Reshape;
import io.kindling.tensor.Batch;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceEngineTest {

  private static final int ROWS = 6;

  static Stream<Arguments> objectives() {
    Map<String, Objective> table = new LinkedHashMap<>();
    for (Activation activation : Activation.values()) {
      table.put("dense " + activation, regression(Dense.of(3).withActivation(activation)));
      table.put(
          "activate " + activation, regression(Dense.of(3).withoutBias(), Activate.of(activation)));
    }
    table.put("dropout", regression(Dense.of(8), Dropout.of(0.5), Dense.of(3)));
    table.put("batch norm", regression(Dense.of(4), BatchNorm.of(), Dense.of(3).tanh()));
    table.put(
        "batch norm over places",
        regression(Reshape.of(2, 2), Dense.of(3), BatchNorm.of().withEpsilon(0.1), Flatten.of()));
    for (Loss loss :
        List.of(
            Loss.sparseCategoricalCrossEntropy(),
            Loss.categoricalCrossEntropy(),
            Loss.binaryCrossEntropy(),
            Loss.meanSquaredError())) {
      table.put("loss " + loss, Objective.of(network(Reshape.of(2, 2), Dense.of(3)), loss));
    }
    table.put("merges", new Objective(merged(), merges(), List.of()));
    return table.entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  private static LayerNetwork network(io.kindling.network.Layer... layers) {
    return Network.sequential(Input.of("x", 4), layers);
  }

  private static Objective regression(io.kindling.network.Layer... layers) {
    return Objective.of(network(layers), Loss.meanSquaredError());
  }

  /** Two inputs, a shared layer, both merges, two outputs. */
  private static LayerNetwork merged() {
    Input a = Input.of("a", 4);
    Input b = Input.of("b", 4);
    Dense shared = Dense.of(3).tanh().named("shared");
    Node left = shared.on(a);
    Node right = shared.on(b);
    Node sum = Add.of().on(left, right, left);
    Node both = Concatenate.of().on(sum, right, Dense.of(2).sigmoid().on(a));
    Node stacked =
        Concatenate.along(0).on(Reshape.of(1, 3).on(left), Reshape.of(2, 3).on(Dense.of(6).on(b)));
    return Network.functional(
        List.of(a, b),
        List.of(Dense.of(2).named("one").on(both), Flatten.of().named("two").on(stacked)));
  }

  private static Map<String, Loss> merges() {
    return Map.of("one", Loss.sparseCategoricalCrossEntropy(), "two", Loss.meanSquaredError());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void gradientsEqualFiniteDifferences(String name, Objective objective) {
    try (TrainingProgram program = new ReferenceEngine().compile(objective);
        BatchMemory batch = program.newTrainingBatch(ROWS)) {
      fill(batch, 7);
      float[] parameters = objective.network().parameters().initialize(3);
      program.parameters().write(parameters, 0, parameters.length);
      float[] state = objective.network().state().initialize(3);
      program.state().write(state, 0, state.length);
      float[] gradient = new float[parameters.length];
      program.gradients(batch).read(0, gradient, 0, gradient.length);

      float step = 1f / 1024; // no rectifier of this batch has its corner within a step
      for (View view : objective.network().parameters().views()) {
        for (int i = view.offset(); i < view.offset() + view.size(); i++) {
          float kept = parameters[i];
          double up = lossAt(program, batch, parameters, i, kept + step);
          double down = lossAt(program, batch, parameters, i, kept - step);
          lossAt(program, batch, parameters, i, kept);
          assertThat((up - down) / (2 * step))
              .as("%s: %s[%d]", name, view.name(), i - view.offset())
              .isCloseTo(gradient[i], within(2e-4 + 2e-3 * Math.abs(gradient[i])));
        }
      }
    }
  }

  private static double lossAt(
      TrainingProgram program, Batch batch, float[] parameters, int at, float value) {
    parameters[at] = value;
    program.parameters().write(parameters, 0, parameters.length);
    return program.gradients(batch).loss();
  }

  private static void fill(Batch batch, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int column = 0; column < batch.columns().size(); column++) {
      TensorSpec spec = batch.columns().get(column);
      for (int i = 0; i < batch.capacity() * spec.shape().size(); i++) {
        if (spec.equals(TrainingProgram.ROW_KEY)) {
          batch.column(column).putInt(i * Integer.BYTES, random.nextInt());
        } else if (spec.equals(TrainingProgram.GROUP)) {
          batch.column(column).putInt(i * Integer.BYTES, i * 2 / batch.capacity());
        } else if (spec.type() == ElementType.INT32) {
          batch.column(column).putInt(i * Integer.BYTES, random.nextInt(2));
        } else {
          batch.column(column).putFloat(i * Float.BYTES, (float) random.nextDouble(-1, 1));
        }
      }
    }
    batch.setRows(batch.capacity());
  }

  @Test
  void computesADenseLayerByHand() {
    LayerNetwork network =
        Network.sequential(
            Input.of("x", 2),
            Dense.of(2).relu().withKernelInitializer(Initializer.values(1, 2, 3, -4)));
    try (TrainingProgram program =
            new ReferenceEngine().compile(Objective.of(network, Loss.meanSquaredError()));
        BatchMemory batch = program.newBatch(1)) {
      float[] parameters = network.parameters().initialize(0);
      parameters[network.parameters().view("dense_1/bias").offset()] = 0.5f;
      program.parameters().write(parameters, 0, parameters.length);
      batch.column(0).putFloat(0, 10).putFloat(4, 100);
      batch.setRows(1);
      try (Outputs outputs = program.outputs(batch)) {
        assertThat(outputs.column(0).getFloat(0)).isEqualTo(310.5f);
        assertThat(outputs.column(0).getFloat(4)).isZero();
      }
    }
  }

  @Test
  void normalisesEachGroupByItself() {
    LayerNetwork network =
        Network.sequential(Input.of("x", 1), BatchNorm.of().withEpsilon(1e-12).withMomentum(0.5));
    try (TrainingProgram program =
            new ReferenceEngine().compile(Objective.of(network, Loss.meanSquaredError()));
        BatchMemory batch = program.newTrainingBatch(3)) {
      program.parameters().write(network.parameters().initialize(0), 0, 32);
      program.state().write(network.state().initialize(0), 0, 32);
      int group = batch.columns().indexOf(TrainingProgram.GROUP);
      float[] numbers = {1, 3, 10};
      int[] groups = {0, 0, 1};
      for (int row = 0; row < 3; row++) {
        batch.column(0).putFloat(row * Float.BYTES, numbers[row]);
        batch.column(1).putFloat(row * Float.BYTES, 0);
        batch.column(group).putInt(row * Integer.BYTES, groups[row]);
      }
      batch.setRows(3);
      Gradients gradients = program.gradients(batch);
      // Group 0 has mean 2 and variance 1, so ±1; group 1 is one row, so 0.
      assertThat(gradients.loss()).isCloseTo(2f / 3, within(1e-6f));
      float[] state = new float[32];
      gradients.readState(state, 0);
      assertThat(state[0]).isCloseTo(0.5f * (2f * 2 / 3 + 10f / 3), within(1e-6f));
      assertThat(state[16]).isCloseTo(0.5f + 0.5f * 2 / 3, within(1e-6f));
    }
  }

  @Test
  void metricsAreSumsOverRows() {
    LayerNetwork network =
        Network.sequential(
            Input.of("x", 2), Dense.of(2).withKernelInitializer(Initializer.values(1, 0, 0, 1)));
    Objective objective =
        Objective.of(
            network, Loss.categoricalCrossEntropy(), Metric.accuracy(), Metric.meanSquaredError());
    try (TrainingProgram program = new ReferenceEngine().compile(objective);
        BatchMemory batch = program.newTrainingBatch(2)) {
      float[] parameters = network.parameters().initialize(0);
      program.parameters().write(parameters, 0, parameters.length);
      float[] x = {2, 0, 0, 3};
      float[] t = {1, 0, 1, 0};
      for (int i = 0; i < 4; i++) {
        batch.column(0).putFloat(i * Float.BYTES, x[i]);
        batch.column(1).putFloat(i * Float.BYTES, t[i]);
      }
      batch.setRows(2);
      double[] sums = new double[3];
      program.evaluate(batch, sums);
      assertThat(sums[0])
          .isCloseTo(Math.log1p(Math.exp(-2)) + 3 + Math.log1p(Math.exp(-3)), within(1e-9));
      assertThat(sums[1]).isEqualTo(1);
      assertThat(sums[2]).isCloseTo(0.5 + 5, within(1e-9));
    }
  }

  @Test
  void activationsFollowTheirFormulas() {
    double[] x = {-7, -3.5, -1, -0.25, 0.25, 1, 3.5, 7};
    for (Activation activation : Activation.values()) {
      if (!activation.isAlongAxis()) {
        ReferenceTensor tensor = ReferenceTensor.ofAll(new ArrayDeque<>(), Shape.of(x.length), x);
        double[] y = ((ReferenceTensor) activation.of(tensor)).numbers();
        for (int i = 0; i < x.length; i++) {
          assertThat(y[i])
              .as("%s(%s)", activation, x[i])
              .isCloseTo(ActivationFormula.of(activation, x[i]), within(1e-7));
          assertThat(activation.isMonotone() && i > 0 && y[i] < y[i - 1])
              .as("%s falls before %s", activation, x[i])
              .isFalse();
        }
      }
    }
  }
}
