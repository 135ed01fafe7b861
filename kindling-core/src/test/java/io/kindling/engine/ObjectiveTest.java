package io.kindling.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.kindling.loss.Loss;
import io.kindling.metric.Evaluation;
import io.kindling.metric.Metric;
import io.kindling.network.Dense;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout;
import io.kindling.network.Reshape;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectiveTest {

  private static final LayerNetwork ONE = Network.sequential(Input.of("x", 3), Dense.of(2));

  private static LayerNetwork two() {
    Input x = Input.of("x", 3);
    return Network.functional(
        List.of(x), List.of(Dense.of(2).named("a").on(x), Dense.of(4).named("b").on(x)));
  }

  @Test
  void refusesMetricsWhereThereIsNoTarget() {
    Network triple = Network.sequential(Input.of("x", 3, 2), Flatten.of(), Reshape.of(3, 2));
    assertThat(Objective.of(triple, Loss.triplet(1)).targets()).isEmpty();
    assertThatThrownBy(() -> Objective.of(triple, Loss.triplet(1), Metric.meanSquaredError()))
        .hasMessageMatching("Output .* has no target that the metrics \\[mse] could .*out\\.");
    assertThatThrownBy(
            () -> Objective.of(Network.sequential(Input.of("x", 2), Dense.of(4)), Loss.triplet(1)))
        .hasMessageContaining("does not suit triplet, which takes [3, ...]");
  }

  @Test
  void weightsAreTheLastTarget() {
    Objective objective =
        Objective.of(Network.sequential(Input.of("x", 2), Dense.of(4)), Loss.meanSquaredError());
    assertThat(objective.targets()).doesNotContain(Objective.WEIGHT);
    assertThat(objective.weighted().targets()).hasSize(2).endsWith(Objective.WEIGHT);
    assertThat(objective.weighted().accumulators()).isZero();
  }

  @Test
  void metricsAreOfTheWeightsOfRows() {
    Objective objective =
        Objective.of(
                Network.sequential(Input.of("x", 2), Dense.of(4)),
                Loss.meanSquaredError(),
                Metric.rootMeanSquaredError())
            .weighted();
    assertThat(objective.accumulators()).isEqualTo(2);
    // Two rows with squared errors of 9 and 1, and weights of 1 and 3.
    Evaluation evaluation = objective.evaluation(new double[] {12, 12, 4}, 2);
    assertThat(evaluation.loss()).isEqualTo(6);
    assertThat(evaluation.metrics().get("rmse")).isEqualTo(Math.sqrt(3));
    assertThat(objective.evaluation(new double[] {0, 0, 0}, 2).metrics().get("rmse")).isNaN();
  }

  @Test
  void targetsComeInTheOrderOfTheOutputs() {
    Objective objective =
        new Objective(
            two(),
            Map.of("b", Loss.sparseCategoricalCrossEntropy(), "a", Loss.meanSquaredError()),
            List.of(Metric.accuracy(), Metric.meanSquaredError()));
    assertThat(objective.targets())
        .containsExactly(
            new TensorSpec("a", ElementType.FLOAT32, Shape.of(2)),
            new TensorSpec("b", ElementType.INT32, Shape.scalar()));
    assertThat(objective.accumulators()).isEqualTo(2);
  }

  @Test
  void anOutputWithoutALossHasNoTarget() {
    Objective objective = new Objective(two(), Map.of("b", Loss.meanSquaredError()), List.of());
    assertThat(objective.targets()).extracting(TensorSpec::name).containsExactly("b");
  }

  @Test
  void rejectsALossOfAnUnknownOutput() {
    assertThatThrownBy(() -> new Objective(two(), Map.of("c", Loss.meanSquaredError()), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unknown output 'c' has a loss. The network's outputs are [a, b].");
  }

  @Test
  void rejectsANetworkWithoutALoss() {
    assertThatThrownBy(() -> new Objective(two(), Map.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No output has a loss. State the loss of at least one of [a, b].");
  }

  @Test
  void namesAllThatDoNotSuitTheirOutputs() {
    Input x = Input.of("x", 3);
    LayerNetwork network =
        Network.functional(
            List.of(x), List.of(Dense.of(4).named("a").on(x), Dense.of(1).named("b").on(x)));
    assertThatThrownBy(
            () ->
                new Objective(
                    network,
                    Map.of(
                        "a",
                        Loss.sparseCategoricalCrossEntropy(),
                        "b",
                        Loss.sparseCategoricalCrossEntropy()),
                    List.of(Metric.accuracy(), Metric.meanSquaredError())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Output 'a' float32[?, 4] with target 'a' int32[?] does not suit mse, which takes two of"
                + " one shape. Watch it with accuracy.\n"
                + "Output 'b' float32[?, 1] does not suit sparse_categorical_cross_entropy, which"
                + " takes one logit per class, two classes at least. End the network with a Dense"
                + " layer of as many units as there are classes.");
  }

  @Test
  void refusesProbabilitiesWhereTheLossTakesLogits() {
    LayerNetwork soft = Network.sequential(Input.of("x", 3), Dense.of(2).softmax().named("class"));
    assertThatThrownBy(() -> Objective.of(soft, Loss.sparseCategoricalCrossEntropy()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Output 'class' float32[?, 2] ends in softmax, but its loss takes logits, of which it"
                + " makes probabilities itself. Leave the activation out; scoring adds it.");
    assertThat(Objective.of(soft, Loss.meanSquaredError()).targets()).hasSize(1);
  }

  @Test
  void accuracyNeedsClassesOrYesAndNo() {
    LayerNetwork one = Network.sequential(Input.of("x", 3), Dense.of(1).named("y"));
    assertThatThrownBy(() -> Objective.of(one, Loss.meanSquaredError(), Metric.accuracy()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Output 'y' float32[?, 1] does not suit accuracy, which takes one number per class."
                + " Watch it with mse, or train it with binary_cross_entropy.");
    assertThat(Objective.of(one, Loss.binaryCrossEntropy(), Metric.accuracy()).accumulators())
        .isEqualTo(1);
  }

  @Test
  void anEvaluationIsMadeOfSumsOverRows() {
    Objective objective =
        Objective.of(
            ONE, Loss.categoricalCrossEntropy(), Metric.meanSquaredError(), Metric.accuracy());
    Evaluation evaluation = objective.evaluation(new double[] {10, 2, 3}, 4);
    assertThat(evaluation.rows()).isEqualTo(4);
    assertThat(evaluation.loss()).isEqualTo(2.5);
    assertThat(evaluation.metrics()).containsExactly(entry("mse", 0.5), entry("accuracy", 0.75));
    Evaluation nothing = objective.evaluation(new double[3], 0);
    assertThat(nothing.loss()).isNaN();
    assertThat(nothing.metrics().values()).containsOnly(Double.NaN);
  }

  @Test
  void onlyTheFirstOutputWithALossIsWatched() {
    Objective objective =
        new Objective(
            two(),
            Map.of("a", Loss.meanSquaredError(), "b", Loss.sparseCategoricalCrossEntropy()),
            List.of(Metric.meanSquaredError()));
    assertThat(objective.accumulators()).isEqualTo(1);
  }

  @Test
  void oneLossNeedsOneOutput() {
    assertThatThrownBy(() -> Objective.of(two(), Loss.meanSquaredError()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network has the outputs ['a' float32[?, 2], 'b' float32[?, 4]]. State a loss for"
                + " each by name.");
  }

  @Test
  void aNetworkMayBringItsOwnLoss() {
    Objective objective = new Objective(new SelfMade(), Map.of(), List.of());
    assertThat(objective.targets()).extracting(TensorSpec::name).containsExactly("label");
    assertThatThrownBy(
            () -> new Objective(new SelfMade(), Map.of("y", Loss.meanSquaredError()), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid losses {y=MeanError[formula=squared_error]}: the network brings its own loss.");
  }

  private record SelfMade() implements Network, Objective.OwnLoss {
    @Override
    public List<TensorSpec> targets() {
      return List.of(new TensorSpec("label", ElementType.INT64, Shape.scalar()));
    }

    @Override
    public List<TensorSpec> inputs() {
      return ONE.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
      return List.of(new TensorSpec("y", ElementType.FLOAT32, Shape.of(2)));
    }

    @Override
    public ParameterLayout parameters() {
      return ONE.parameters();
    }

    @Override
    public ParameterLayout state() {
      return ONE.state();
    }

    @Override
    public String toJson() {
      return "{}";
    }

    @Override
    public String summary() {
      return "self-made";
    }
  }
}
