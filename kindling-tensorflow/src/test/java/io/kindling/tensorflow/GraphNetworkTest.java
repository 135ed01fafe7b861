package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.EngineException;
import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.Rows;
import io.kindling.metric.Metric;
import io.kindling.network.Initializer;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class GraphNetworkTest {

  private final TensorFlowEngine engine = TensorFlowEngine.withThreads(1);

  /** Least squares with two weights; the loss is the mean, or per row. */
  private static GraphNetwork linear(boolean perRow) {
    return GraphNetwork.of(
        g -> {
          Ops tf = g.tf();
          Operand<TFloat32> x = g.input("x", 2);
          Operand<TFloat32> t =
              g.target("t", ElementType.FLOAT32, 1).asOutput().expect(TFloat32.class);
          Operand<TFloat32> w = g.parameter("w", Shape.of(2, 1), Initializer.values(1, 2));
          g.parameter("unused", Shape.of(3), Initializer.ones());
          Operand<TFloat32> y = tf.linalg.matMul(x, w);
          Operand<TFloat32> errors =
              tf.reshape(tf.math.squaredDifference(y, t), tf.constant(new int[] {-1}));
          return GraphNetwork.drawn("y", y)
              .withOutput("double", tf.math.add(y, y))
              .withLoss(perRow ? errors : tf.math.mean(errors, tf.constant(0)));
        });
  }

  @Test
  void gradientsAreThoseOfTheFormula() {
    for (boolean perRow : new boolean[] {false, true}) {
      GraphNetwork network = linear(perRow);
      Objective objective = new Objective(network, Map.of(), List.of());
      try (TrainingProgram program = engine.compile(objective)) {
        float[] w = network.parameters().initialize(1);
        program.parameters().write(w, 0, w.length);
        Rows rows = Rows.random(objective, Rows.trainingColumns(program), 6, 5);
        Rows.Step step = rows.step(program);
        float[] x = rows.columns.get(network.inputs().get(0));
        float[] t = rows.columns.get(network.targets().get(0));
        double loss = 0;
        double[] slope = new double[2];
        for (int row = 0; row < 5; row++) {
          double error = x[2 * row] + 2 * x[2 * row + 1] - t[row];
          loss += error * error;
          slope[0] += 2 * error * x[2 * row] / 5;
          slope[1] += 2 * error * x[2 * row + 1] / 5;
        }
        assertThat((double) step.loss()).isCloseTo(loss / 5, within(1e-5));
        assertThat((double) step.gradients()[0]).isCloseTo(slope[0], within(1e-5));
        assertThat((double) step.gradients()[1]).isCloseTo(slope[1], within(1e-5));
        assertThat(step.gradients()[16]).isZero();
        assertThat(rows.evaluate(program)[0]).isCloseTo(loss, within(1e-4));
        assertThat(rows.outputs(program)).containsOnlyKeys("y", "double");
      }
    }
    assertThat(engine.memory()).hasToString("0 native tensors with 0 bytes");
  }

  @Test
  void itsTextMakesAnEqualNetwork() {
    GraphNetwork network = linear(false);
    Network read = NetworkFormat.parse(network.toJson());
    assertThat(read).isEqualTo(network).hasSameHashCodeAs(network);
    assertThat(read.toJson()).isEqualTo(network.toJson());
    assertThat(network.toJson()).contains("\"format\":\"tensorflow-graph\"");
    assertThat(linear(true)).isNotEqualTo(network);
    assertThat(network.summary())
        .startsWith("A TensorFlow graph of ")
        .contains("parameter  'w' [2, 1]")
        .endsWith("5 parameters");
  }

  @Test
  void rejectsAGraphThatTouchesFiles() {
    assertThatThrownBy(
            () ->
                GraphNetwork.of(
                    g -> {
                      Operand<TFloat32> x = g.input("x", 1);
                      g.tf().io.readFile(g.tf().constant("/etc/passwd"));
                      return GraphNetwork.drawn("y", x)
                          .withLoss(g.tf().math.mean(x, g.tf().constant(new int[] {0, 1})));
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unsupported operations [ReadFile] in a graph: they touch files, the network or host "
                + "code, or keep state of their own. A network computes outputs of rows and "
                + "parameters alone; leave them out.");
  }

  @Test
  void refusesWhatIsDangerousAndNothingElse() {
    EnumSet<AllowedOperations.Purpose> computation =
        EnumSet.of(AllowedOperations.Purpose.COMPUTATION);
    for (String refused :
        List.of(
            "ReadFile",
            "WriteFile",
            "MatchingFiles",
            "SaveV2",
            "RestoreV2",
            "ImmutableConst",
            "PrintV2",
            "PyFunc",
            "PyFuncStateless",
            "EagerPyFunc",
            "_Send",
            "_HostRecv",
            "RemoteCall",
            "TextLineReaderV2",
            "TFRecordDataset",
            "IteratorGetNext",
            "WriteSummary",
            "InitializeTableFromTextFileV2",
            "DebugNumericSummaryV2",
            "CollectiveReduceV2",
            "VarHandleOp",
            "VariableV2",
            "AssignAddVariableOp",
            "LookupTableFindV2",
            "XlaLaunch")) {
      assertThat(AllowedOperations.isAllowed(refused, computation)).as(refused).isFalse();
    }
    for (String allowed :
        List.of(
            "MatMul",
            "Conv2D",
            "Placeholder",
            "Const",
            "StopGradient",
            "GatherV2",
            "ConcatV2",
            "StridedSlice",
            "PartitionedCall",
            "Einsum",
            "Pack",
            "FusedBatchNormV3",
            "StatelessRandomUniform",
            "TensorScatterUpdate",
            "DepthwiseConv2dNative",
            "Cumsum",
            "ResizeBilinear",
            "Where")) {
      assertThat(AllowedOperations.isAllowed(allowed, computation)).as(allowed).isTrue();
    }
  }

  @Test
  void rejectsANetworkWithoutALoss() {
    assertThatThrownBy(() -> GraphNetwork.of(g -> GraphNetwork.drawn("y", g.input("x", 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network has no loss. Return GraphNetwork.drawn(…).withLoss(…) with the mean over "
                + "the rows, or one number per row.");
    assertThatThrownBy(
            () ->
                GraphNetwork.of(
                    g -> {
                      Operand<TFloat32> x = g.input("x", 1);
                      return GraphNetwork.drawn("y", x).withLoss(x);
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid loss of shape");
  }

  @Test
  void saysWhichOperationHasNoGradient() {
    GraphNetwork network =
        GraphNetwork.of(
            g -> {
              Ops tf = g.tf();
              Operand<TFloat32> x = g.input("x", 2);
              Operand<TInt32> t = g.target("t", ElementType.INT32).asOutput().expect(TInt32.class);
              Operand<TFloat32> y =
                  tf.linalg.matMul(x, g.parameter("w", Shape.of(2, 3), Initializer.ones()));
              return GraphNetwork.drawn("y", y)
                  .withLoss(tf.nn.sparseSoftmaxCrossEntropyWithLogits(y, t).loss());
            });
    assertThatThrownBy(() -> engine.compile(new Objective(network, Map.of(), List.of())).close())
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("Failed to differentiate the loss. TensorFlow says: ")
        .hasMessageContaining("SparseSoftmaxCrossEntropyWithLogits");
  }

  @Test
  void refusesALossThatNoParameterReaches() {
    assertThatThrownBy(
            () ->
                GraphNetwork.of(
                    g -> {
                      var x = g.input("x", 2);
                      var w = g.parameter("w", Shape.of(2, 1), Initializer.ones());
                      return GraphNetwork.drawn("y", g.tf().linalg.matMul(x, w))
                          .withLoss(g.tf().constant(1f));
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The loss depends on none of the network's parameters");
    assertThatThrownBy(() -> GraphNetwork.of(g -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The network has no loss.");
  }

  @Test
  void refusesAnOutputOfAFixedNumberOfRows() {
    assertThatThrownBy(
            () ->
                GraphNetwork.of(
                    g -> {
                      g.input("x", 2);
                      return GraphNetwork.drawn("y", g.tf().constant(new float[64][3]))
                          .withLoss(g.tf().constant(1f));
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid shape [64, 3] of 'y'. It needs the rows first");
  }

  @Test
  void rejectsMetrics() {
    assertThatThrownBy(
            () ->
                engine
                    .compile(new Objective(linear(false), Map.of(), List.of(Metric.accuracy())))
                    .close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Unsupported metrics [accuracy] of a network that brings its own loss");
  }

  @Test
  void rejectsAnotherFormatsText() {
    String json = linear(false).toJson();
    assertThatThrownBy(() -> GraphNetwork.parse(json.replace("\"version\":1", "\"version\":2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unsupported network format 'tensorflow-graph' version 2. This is Kindling's "
                + "tensorflow-graph version 1.");
    assertThatThrownBy(() -> GraphNetwork.parse("{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid network: ");
    assertThatThrownBy(() -> GraphNetwork.parse("{\"format\":\"tensorflow-graph\",\"version\":1}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid network: a field of its text is missing.");
    assertThatThrownBy(() -> GraphNetwork.parse(json.replace("kindling_input_0:0", "elsewhere:0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid network: its graph has no [elsewhere:0], which its inputs, targets, "
                + "parameters, outputs or loss name.");
  }
}
