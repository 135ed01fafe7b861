package io.kindling.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.network.Initializer;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterSpec;
import io.kindling.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {

  @Test
  void adamHasOneText() {
    assertThat(Optimizers.adam(0.001).toJson())
        .isEqualTo(
            "{\"chain\":["
                + "{\"type\":\"scale_by_adam\",\"beta1\":0.9,\"beta2\":0.999,\"epsilon\":1.0E-8},"
                + "{\"type\":\"scale_by_learning_rate\","
                + "\"learningRate\":{\"type\":\"constant\",\"rate\":0.001}}],\"stepsPerUpdate\":1}");
  }

  @Test
  void clippingByTheGlobalNormAloneSubtractsNothing() {
    // A chain without a learning rate goes uphill: what comes out is added.
    float[] parameters = {0, 0};
    new Optimizer(List.of(new ClipByGlobalNorm(1)))
        .update(
            new OptimizerState(new float[0][]),
            1,
            StepGradient.dense(new float[] {3, 4}),
            parameters,
            ParameterLayout.of(List.of(new ParameterSpec("all", Shape.of(2), Initializer.zeros()))),
            (values, from, length) -> {});
    assertThat(parameters).containsExactly(0.6f, 0.8f);
  }

  @Test
  void doesNotClipBelowTheNorm() {
    float[] parameters = {0, 0};
    Optimizers.sgd(1)
        .clippedByGlobalNorm(5)
        .update(
            new OptimizerState(new float[0][]),
            1,
            StepGradient.dense(new float[] {3, 4}),
            parameters,
            ParameterLayout.of(List.of(new ParameterSpec("all", Shape.of(2), Initializer.zeros()))),
            (values, from, length) -> {});
    assertThat(parameters).containsExactly(-3, -4);
  }

  @Test
  void rejectsAnEmptyChain() {
    assertThatThrownBy(() -> new Optimizer(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid optimizer: its chain is empty. Use one of Optimizers.");
  }

  @Test
  void saysThatAChainHasNoLearningRate() {
    Optimizer optimizer = new Optimizer(List.of(new Momentum(0.9)));
    String message =
        "The optimizer Optimizer[chain=[Momentum[decay=0.9]], stepsPerUpdate=1] has no learning rate.";
    assertThatThrownBy(optimizer::learningRate)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> optimizer.withLearningRate(0.1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> optimizer.withLearningRate(LearningRate.constant(0.1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void rejectsMomentumOutsideItsRange(double decay) {
    String message = "Invalid momentum " + decay + ". Use a number from 0 up to, not including, 1.";
    assertThatThrownBy(() -> Optimizers.momentum(0.1, decay))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> Optimizers.nesterov(0.1, decay))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void rejectsAdamsNumbersOutsideTheirRanges() {
    assertThatThrownBy(() -> Optimizers.adam(0.1, 1, 0.999, 1e-8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid Adam betas 1.0 and 0.999. Use numbers from 0 up to, not including, 1.");
    assertThatThrownBy(() -> Optimizers.adam(0.1, 0.9, -1, 1e-8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid Adam betas 0.9 and -1.0. Use numbers from 0 up to, not including, 1.");
    assertThatThrownBy(() -> Optimizers.adam(0.1, 0.9, 0.999, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid Adam epsilon 0.0. Use a positive number, such as 1e-8.");
  }

  @Test
  void rejectsAnEpsilonThatIsZeroAsAFloat() {
    assertThatThrownBy(() -> Optimizers.adam(0.1, 0.9, 0.999, 1e-60))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid Adam epsilon 1.0E-60. Use a positive number, such as 1e-8.");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void rejectsANormThatIsNotPositive(double norm) {
    assertThatThrownBy(() -> Optimizers.sgd(0.1).clippedByGlobalNorm(norm))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid norm " + norm + " to clip by. Use a positive number.");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e39, 1e-60})
  void rejectsALearningRateThatIsNotPositive(double rate) {
    assertThatThrownBy(() -> Optimizers.sgd(rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid learning rate " + rate + ". Use a positive number, such as 0.001.");
  }

  @Test
  void namesTheUnknownPartOfAText() {
    assertThatThrownBy(() -> Optimizer.parse("{\"chain\":[{\"type\":\"lion\"}]}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Unknown optimizer part 'lion'. Known are [add_decayed_weights, add_signs, ")
        .hasMessageContaining("scale_by_lion");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "{\"chain\":null}",
        "{\"chain\":[null]}",
        "{\"chain\":[{\"type\":\"momentum\"}]}",
        "{\"chain\":[{\"type\":\"momentum\",\"decay\":2}]}",
        "{\"chain\":[{\"type\":\"momentum\",\"decay\":0.9,\"speed\":1}]}",
        "{\"chain\":[{\"type\":\"scale_by_learning_rate\",\"learningRate\":null}]}",
        "{\"chain\":[{\"type\":\"momentum\",\"decay\":0.5}]} {}"
      })
  void rejectsATextThatIsNoOptimizer(String json) {
    assertThatThrownBy(() -> Optimizer.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid optimizer: ");
  }

  private static final ParameterLayout TWO =
      ParameterLayout.of(List.of(new ParameterSpec("all", Shape.of(2), Initializer.zeros())));

  private static void step(
      Optimizer optimizer, OptimizerState state, long step, float[] theta, float... gradient) {
    optimizer.update(
        state, step, StepGradient.dense(gradient), theta, TWO, (values, from, length) -> {});
  }

  @Test
  void accumulatesGradientsToOneUpdateOfTheirMean() {
    Optimizer adam = Optimizers.adam(0.1);
    Optimizer accumulating = adam.accumulating(3);
    float[] once = {1, 2};
    float[] often = {1, 2};
    OptimizerState ofOnce = adam.init(2);
    OptimizerState ofOften = accumulating.init(2);
    for (int update = 1; update <= 2; update++) {
      step(adam, ofOnce, update, once, 2, -1);
      float[] before = often.clone();
      step(accumulating, ofOften, 3L * update - 2, often, 1, 0);
      step(accumulating, ofOften, 3L * update - 1, often, 2, 0);
      assertThat(often).containsExactly(before);
      step(accumulating, ofOften, 3L * update, often, 3, -3);
      assertThat(often).containsExactly(once);
    }
    assertThat(Optimizer.parse(accumulating.toJson())).isEqualTo(accumulating);
    assertThatThrownBy(() -> adam.accumulating(0))
        .hasMessage("Invalid number of steps per update 0. Use at least 1.");
  }

  @Test
  void keepsAveragesOfItsParameters() {
    Optimizer optimizer = Optimizers.sgd(1).averagingParameters(0.75);
    OptimizerState state = optimizer.init(2);
    float[] theta = {4, 8};
    step(optimizer, state, 1, theta, 4, 0);
    assertThat(theta).containsExactly(0, 8);
    assertThat(optimizer.learned(state, theta, 1)).containsExactly(3, 8);
    step(optimizer, state, 2, theta, 0, 4);
    assertThat(optimizer.learned(state, theta, 2)).containsExactly(2.25f, 7);
    assertThat(Optimizers.sgd(1).learned(state, theta, 2)).isSameAs(theta);
    assertThat(optimizer.learned(optimizer.init(2), theta, 0)).isSameAs(theta);
    assertThat(optimizer.accumulating(3).learned(optimizer.init(2), theta, 2)).isSameAs(theta);
  }

  @Test
  void penaltiesOfFtrlLeaveExactZeros() {
    Optimizer optimizer = Optimizers.ftrl(0.5, 1, 0);
    OptimizerState state = optimizer.init(2);
    float[] theta = {0, 0};
    step(optimizer, state, 1, theta, 0.9f, -3);
    assertThat(theta[0]).isZero();
    assertThat(theta[1]).isPositive();
  }

  @Test
  void whatGoesByTheParametersThatComeOutStandsBehindWhatBoundsThem() {
    Optimizer one =
        Optimizers.sgd(1)
            .averagingParameters(0.9)
            .lookingAhead(2, 0.5)
            .withNonNegative("*")
            .freezing("x/*");
    Optimizer other =
        Optimizers.sgd(1)
            .freezing("x/*")
            .withNonNegative("*")
            .lookingAhead(2, 0.5)
            .averagingParameters(0.9);
    assertThat(one).isEqualTo(other);
    assertThatThrownBy(() -> one.averagingParameters(0.5))
        .hasMessage("Invalid optimizer: it averages its parameters twice. Choose one decay.");
  }

  @Test
  void ofLbfgsTheDirectionIsClipped() {
    Optimizer optimizer = Optimizers.lbfgs(1).clippedByGlobalNorm(0.5);
    OptimizerState state = optimizer.init(2);
    float[] theta = {4, -3};
    for (int i = 1; i <= 60; i++) {
      step(optimizer, state, i, theta, theta[0] - 1, 2 * (theta[1] - 2));
    }
    assertThat(theta).containsExactly(new float[] {1, 2}, within(1e-4f));
  }

  @Test
  void ftrlRestsWhereItsRateIsZero() {
    Optimizer optimizer = Optimizers.ftrl(0.5, 0, 0).withLearningRate(LearningRate.cosine(0.5, 10));
    OptimizerState state = optimizer.init(2);
    float[] theta = {0, 0};
    for (int i = 1; i <= 10; i++) {
      step(optimizer, state, i, theta, theta[0] - 1, theta[1] - 2);
    }
    float[] before = theta.clone();
    step(optimizer, state, 11, theta, 1, 1);
    assertThat(theta).containsExactly(before);
    assertThat(theta[0]).isBetween(0.1f, 1.5f);
  }
}
