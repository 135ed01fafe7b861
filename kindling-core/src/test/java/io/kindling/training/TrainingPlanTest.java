package io.kindling.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Dense;
import io.kindling.network.Initializer;
import io.kindling.network.Input;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingPlanTest {

  private static final LayerNetwork NETWORK = Network.sequential(Input.of("x", 3), Dense.of(2));

  private static TrainingPlan plan() {
    return TrainingPlan.of(
        Objective.of(NETWORK, Loss.sparseCategoricalCrossEntropy(), Metric.accuracy()));
  }

  @Test
  void oneTextMakesItAgain() {
    TrainingPlan plan =
        plan()
            .withOptimizer(
                Optimizers.nesterov(0.1, 0.9)
                    .clippedByGlobalNorm(1)
                    .withLearningRate(LearningRate.cosine(0.1, 1000)))
            .withEpochs(7)
            .withBatchSize(33)
            .withSeed(Long.MIN_VALUE);
    TrainingPlan again = TrainingPlan.parse(plan.toJson());
    assertThat(again).isEqualTo(plan);
    assertThat(again.toJson()).isEqualTo(plan.toJson());
    assertThat(again.initialState().parameters()).isEqualTo(plan.initialState().parameters());
  }

  @Test
  void theOrderOfTheLossesDoesNotShowInTheText() {
    Input x = Input.of("x", 3);
    Network two =
        Network.functional(
            List.of(x), List.of(Dense.of(2).named("a").on(x), Dense.of(2).named("b").on(x)));
    Map<String, Loss> forth = new LinkedHashMap<>();
    forth.put("a", Loss.meanSquaredError());
    forth.put("b", Loss.binaryCrossEntropy());
    Map<String, Loss> back = new LinkedHashMap<>();
    back.put("b", Loss.binaryCrossEntropy());
    back.put("a", Loss.meanSquaredError());
    TrainingPlan one = TrainingPlan.of(new Objective(two, forth, List.of()));
    TrainingPlan other = TrainingPlan.of(new Objective(two, back, List.of()));
    assertThat(one).isEqualTo(other);
    assertThat(one.toJson()).isEqualTo(other.toJson());
    assertThat(TrainingPlan.parse(one.toJson())).isEqualTo(one);
  }

  @Test
  void beginsWithDefaults() {
    assertThat(plan().epochs()).isEqualTo(10);
    assertThat(plan().batchSize()).isEqualTo(128);
    assertThat(plan().optimizer()).isEqualTo(Optimizers.adam(1e-3));
  }

  @Test
  void theInitialStateIsAFunctionOfTheSeed() {
    TrainingState state = plan().withSeed(3).initialState();
    assertThat(state.step()).isZero();
    assertThat(state.parameters()).isEqualTo(NETWORK.parameters().initialize(3));
    assertThat(state.optimizer().slots()).hasDimensions(2, NETWORK.parameters().size());
    assertThat(state.last().loss()).isNaN();
  }

  @Test
  void rejectsNoEpochsAndNoRows() {
    assertThatThrownBy(() -> plan().withEpochs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid number of epochs 0. Use at least 1.");
    assertThatThrownBy(() -> plan().withBatchSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid batch size 0. Use at least 1 row per step.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "[]", "{\"epochs\":1}"})
  void rejectsATextThatIsNoPlan(String json) {
    assertThatThrownBy(() -> TrainingPlan.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid training plan: ");
  }

  @Test
  void theHistoryHasAText() {
    History history =
        new History(
            List.of(
                new EpochReport(
                    1,
                    2,
                    new io.kindling.metric.Evaluation(3, 0.5, Map.of("accuracy", 0.25)),
                    java.util.Optional.empty(),
                    1.5)),
            new float[] {0.75f, Float.NaN});
    History again = History.parse(history.toJson());
    assertThat(again.epochs()).isEqualTo(history.epochs());
    assertThat(again.stepLosses()).isEqualTo(history.stepLosses());
  }

  @Test
  void carriesNetworksLongerThanTwentyMillionCharacters() {
    float[] values = new float[1000 * 2200];
    Arrays.fill(values, 0.12345678f);
    Network network =
        Network.sequential(
            Input.of("x", 1000), Dense.of(2200).withKernelInitializer(Initializer.values(values)));
    String json = network.toJson();
    assertThat(NetworkFormat.parse(json).toJson()).isEqualTo(json);
    TrainingPlan plan = TrainingPlan.of(Objective.of(network, Loss.meanSquaredError()));
    String text = plan.toJson();
    assertThat(text.length()).isGreaterThan(20_000_000);
    assertThat(TrainingPlan.parse(text).toJson()).isEqualTo(text);
  }
}
