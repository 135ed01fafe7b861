package io.kindling.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.network.Initializer;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterSpec;
import io.kindling.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every optimizer. A new one is one more line in the table. */
class OptimizerContractTest {

  /**
   * @param slow the same optimizer for so many parameters, as its paper writes it
   * @param rosenbrockSteps steps that bring it to the end of Rosenbrock's valley
   */
  record Line(
      String name, Optimizer optimizer, IntFunction<SlowOptimizer> slow, int rosenbrockSteps) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Line> optimizers() {
    LearningRate small = LearningRate.constant(1e-3);
    LearningRate large = LearningRate.constant(1e-2);
    return Stream.of(
        new Line(
            "sgd",
            Optimizers.sgd(1e-3),
            size -> SlowOptimizer.of(SlowOptimizer.descend(small)),
            40_000),
        new Line(
            "momentum",
            Optimizers.momentum(1e-3, 0.9),
            size ->
                SlowOptimizer.of(SlowOptimizer.momentum(0.9, size), SlowOptimizer.descend(small)),
            10_000),
        new Line(
            "nesterov",
            Optimizers.nesterov(1e-3, 0.9),
            size ->
                SlowOptimizer.of(SlowOptimizer.nesterov(0.9, size), SlowOptimizer.descend(small)),
            10_000),
        new Line(
            "adam",
            Optimizers.adam(1e-2),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adam(0.9, 0.999, 1e-8, size), SlowOptimizer.descend(large)),
            10_000),
        new Line(
            "adam with other betas",
            Optimizers.adam(1e-2, 0.8, 0.95, 1e-4),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adam(0.8, 0.95, 1e-4, size), SlowOptimizer.descend(large)),
            20_000),
        new Line(
            "sgd, clipped",
            Optimizers.sgd(1e-3).clippedByGlobalNorm(5),
            size -> SlowOptimizer.of(SlowOptimizer.clip(5), SlowOptimizer.descend(small)),
            40_000),
        new Line(
            "clipped behind momentum",
            Optimizer.chain(
                new Momentum(0.9), new ClipByGlobalNorm(3), new ScaleByLearningRate(small)),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.momentum(0.9, size),
                    SlowOptimizer.clip(3),
                    SlowOptimizer.descend(small)),
            20_000),
        new Line(
            "clipped twice, before and behind adam",
            Optimizer.chain(
                new ClipByGlobalNorm(1),
                new ScaleByAdam(0.9, 0.999, 1e-8),
                new ClipByGlobalNorm(0.5),
                new ScaleByLearningRate(large)),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.clip(1),
                    SlowOptimizer.adam(0.9, 0.999, 1e-8, size),
                    SlowOptimizer.clip(0.5),
                    SlowOptimizer.descend(large)),
            20_000),
        new Line(
            "momentum along a cosine",
            Optimizers.momentum(1e-3, 0.9).withLearningRate(LearningRate.cosine(2e-3, 20_000)),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.momentum(0.9, size),
                    SlowOptimizer.descend(LearningRate.cosine(2e-3, 20_000))),
            20_000),
        new Line(
            "adamW",
            Optimizers.adamW(1e-2, 1e-4),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adam(0.9, 0.999, 1e-8, size),
                    new SlowOptimizer.Decay(1e-4),
                    SlowOptimizer.descend(large)),
            20_000),
        new Line(
            "adamax",
            Optimizers.adamax(1e-2),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adamax(0.9, 0.999, 1e-8, size), SlowOptimizer.descend(large)),
            20_000),
        new Line(
            "nadam",
            Optimizers.nadam(1e-2),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.nadam(0.9, 0.999, 1e-8, size), SlowOptimizer.descend(large)),
            20_000),
        new Line(
            "amsgrad",
            Optimizers.amsGrad(1e-2),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.amsGrad(0.9, 0.999, 1e-8, size), SlowOptimizer.descend(large)),
            40_000),
        new Line(
            "yogi",
            Optimizers.yogi(1e-2),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.yogi(0.9, 0.999, 1e-3, size), SlowOptimizer.descend(large)),
            40_000),
        new Line(
            "lion along a cosine",
            Optimizers.lion(1e-3, 1e-4).withLearningRate(LearningRate.cosine(2e-3, 20_000)),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.lion(0.9, 0.99, size),
                    new SlowOptimizer.Decay(1e-4),
                    SlowOptimizer.descend(LearningRate.cosine(2e-3, 20_000))),
            20_000),
        new Line(
            "rmsprop along a cosine",
            Optimizers.rmsprop(1e-3).withLearningRate(LearningRate.cosine(2e-3, 20_000)),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.rms(0.9, 1e-8, 0, size),
                    SlowOptimizer.descend(LearningRate.cosine(2e-3, 20_000))),
            20_000),
        new Line(
            "rmsprop with momentum from a mean square of 1",
            Optimizer.chain(
                new ScaleByRms(0.9, 1e-8, 1, ScaleByRms.Centering.NONE),
                new Momentum(0.5),
                new ScaleByLearningRate(LearningRate.cosine(1e-3, 20_000))),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.rms(0.9, 1e-8, 1, size),
                    SlowOptimizer.momentum(0.5, size),
                    SlowOptimizer.descend(LearningRate.cosine(1e-3, 20_000))),
            20_000),
        new Line(
            "centered rmsprop",
            Optimizer.chain(
                new ScaleByRms(0.99, 1e-2, 0, ScaleByRms.Centering.CENTERED),
                new ScaleByLearningRate(LearningRate.cosine(1e-3, 20_000))),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.centeredRms(0.99, 1e-2, size),
                    SlowOptimizer.descend(LearningRate.cosine(1e-3, 20_000))),
            20_000),
        new Line(
            "adagrad",
            Optimizers.adagrad(0.5),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adagrad(0, 1e-8, size),
                    SlowOptimizer.descend(LearningRate.constant(0.5))),
            40_000),
        new Line(
            "adagrad from an accumulator of 0.1",
            Optimizer.chain(
                new ScaleByAdagrad(0.1, 1e-10),
                new ScaleByLearningRate(LearningRate.constant(0.5))),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adagrad(0.1, 1e-10, size),
                    SlowOptimizer.descend(LearningRate.constant(0.5))),
            40_000),
        // At a constant rate its steps, which grow by themselves, never settle in the valley.
        new Line(
            "adadelta along a cosine",
            Optimizers.adadelta(1).withLearningRate(LearningRate.cosine(1, 40_000)),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adadelta(0.95, 1e-6, size),
                    SlowOptimizer.descend(LearningRate.cosine(1, 40_000))),
            40_000),
        new Line(
            "lars along a cosine",
            Optimizers.lars(100, 0).withLearningRate(LearningRate.cosine(1, 20_000)),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.trust(1e-3, 0),
                    SlowOptimizer.descend(LearningRate.cosine(1, 20_000)),
                    SlowOptimizer.momentum(0.9, size)),
            20_000),
        new Line(
            "lamb along a cosine",
            Optimizers.lamb(1e-2, 0).withLearningRate(LearningRate.cosine(1e-2, 20_000)),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adam(0.9, 0.999, 1e-6, size),
                    SlowOptimizer.trust(1, 0),
                    SlowOptimizer.descend(LearningRate.cosine(1e-2, 20_000))),
            20_000),
        new Line(
            "momentum, looking ahead",
            Optimizers.momentum(1e-3, 0.9).lookingAhead(5, 0.5),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.momentum(0.9, size),
                    SlowOptimizer.descend(small),
                    SlowOptimizer.lookahead(5, 0.5, size)),
            20_000),
        new Line(
            "ftrl",
            Optimizers.ftrl(2, 0, 0),
            size -> SlowOptimizer.of(SlowOptimizer.ftrl(2, 1, 0, 0, 0, size)),
            40_000),
        new Line(
            "ftrl as in TensorFlow, with penalties",
            Optimizer.chain(
                new FollowRegularizedLeader(LearningRate.constant(1), 0, 1e-6, 1e-5, 0.1)),
            size -> SlowOptimizer.of(SlowOptimizer.ftrl(1, 0, 1e-6, 1e-5, 0.1, size)),
            40_000),
        new Line(
            "lbfgs",
            Optimizers.lbfgs(0.5),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.lbfgs(10, size),
                    SlowOptimizer.descend(LearningRate.constant(0.5))),
            1_000),
        new Line(
            "adam, averaging its parameters",
            Optimizers.adam(1e-2).averagingParameters(0.9),
            size ->
                SlowOptimizer.of(
                    SlowOptimizer.adam(0.9, 0.999, 1e-8, size), SlowOptimizer.descend(large)),
            10_000),
        new Line(
            "sgd, clipped by value",
            Optimizers.sgd(1e-3).clippedByValue(0.5),
            size -> SlowOptimizer.of(SlowOptimizer.clipValues(0.5), SlowOptimizer.descend(small)),
            40_000));
  }

  /**
   * One weight of 1, gradients 0.5 and −0.25: what TensorFlow 1's rules make of it, whose initial
   * accumulators and ε are options here.
   */
  static Stream<Arguments> goldenWeights() {
    return Stream.of(
        arguments(Optimizers.sgd(0.01), 0.995, 0.9975),
        arguments(Optimizers.momentum(0.01, 0.9), 0.995, 0.993),
        arguments(
            Optimizer.chain(new ScaleByAdagrad(0.1, 1e-30), rate(0.01)), 0.991548457, 0.995440952),
        arguments(
            Optimizer.chain(new ScaleByAdadelta(0.95, 1e-8), rate(0.01)), 0.999995528, 0.999998415),
        arguments(
            Optimizer.chain(new ScaleByRms(0.9, 1e-10, 1, ScaleByRms.Centering.NONE), rate(0.01)),
            0.994801248,
            0.997531003),
        arguments(
            Optimizer.chain(
                new ScaleByRms(0.95, 1e-10, 1, ScaleByRms.Centering.NONE),
                new Momentum(0.1),
                rate(0.1)),
            0.949035281,
            0.970038596),
        arguments(Optimizers.adam(0.01), 0.990000006, 0.987336637));
  }

  private static ScaleByLearningRate rate(double rate) {
    return new ScaleByLearningRate(LearningRate.constant(rate));
  }

  @ParameterizedTest
  @MethodSource("goldenWeights")
  void followsTheRulesOfTensorFlow1(Optimizer optimizer, double first, double second) {
    float[] theta = {1};
    OptimizerState state = optimizer.init(1);
    state =
        optimizer.update(
            state,
            1,
            StepGradient.dense(new float[] {0.5f}),
            theta,
            layout(1),
            (values, from, length) -> {});
    assertThat((double) theta[0]).isCloseTo(first, within(1.2e-7));
    optimizer.update(
        state,
        2,
        StepGradient.dense(new float[] {-0.25f}),
        theta,
        layout(1),
        (values, from, length) -> {});
    assertThat((double) theta[0]).isCloseTo(second, within(1.8e-7));
  }

  /** One array over all parameters. */
  private static ParameterLayout layout(int size) {
    return ParameterLayout.of(
        size == 0
            ? List.of()
            : List.of(new ParameterSpec("all", Shape.of(size), Initializer.zeros())));
  }

  @Test
  void everyTransformationIsInATable() {
    var listed = new TreeSet<String>();
    Stream.concat(
            optimizers().flatMap(line -> line.optimizer().chain().stream()),
            ArrayTransformTest.transforms().map(line -> (GradientTransform) line.get()[0]))
        .forEach(link -> listed.add(link.getClass().getSimpleName()));
    var known = new TreeSet<String>();
    for (Class<?> kind : GradientTransform.class.getPermittedSubclasses()) {
      known.add(kind.getSimpleName());
    }
    assertThat(listed).isEqualTo(known);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void findsTheLowestPointOfAParabola(Line line) {
    float[] theta = {4, -3, 0};
    float[] lowest = {1, 2, -0.5f};
    descend(
        line.optimizer(),
        theta,
        20_000,
        (at, g) -> {
          for (int i = 0; i < at.length; i++) {
            g[i] = (i + 1) * (at[i] - lowest[i]);
          }
        });
    assertThat(theta).containsExactly(lowest, within(1e-2f));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void walksThroughRosenbrocksValley(Line line) {
    float[] theta = {0, 0}; // f = (1 − x)² + 100 (y − x²)², lowest at (1, 1)
    descend(
        line.optimizer(),
        theta,
        line.rosenbrockSteps(),
        (at, g) -> {
          double x = at[0];
          double y = at[1];
          g[0] = (float) (-2 * (1 - x) - 400 * x * (y - x * x));
          g[1] = (float) (200 * (y - x * x));
        });
    assertThat(theta).containsExactly(new float[] {1, 1}, within(2e-2f));
  }

  private interface Slope {
    void at(float[] theta, float[] gradient);
  }

  private static void descend(Optimizer optimizer, float[] theta, int steps, Slope slope) {
    OptimizerState state = optimizer.init(theta.length);
    float[] gradient = new float[theta.length];
    for (int step = 1; step <= steps; step++) {
      slope.at(theta, gradient);
      state =
          optimizer.update(
              state,
              step,
              StepGradient.dense(gradient),
              theta,
              layout(theta.length),
              (values, from, length) -> {});
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void followsItsPaperForTwentySteps(Line line) {
    assertFollowsItsPaper(line, 10, 20);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void blocksDoNotShow(Line line) {
    int block = OptimizerStep.BLOCK;
    for (int size : new int[] {0, 1, block - 1, block, block + 1, 3 * block + 7}) {
      assertFollowsItsPaper(line, size, 3);
    }
  }

  private static void assertFollowsItsPaper(Line line, int size, int steps) {
    SplittableRandom random = new SplittableRandom(size);
    float[] theta = new float[size];
    double[] expected = new double[size];
    for (int i = 0; i < size; i++) {
      theta[i] = (float) random.nextDouble(-1, 1);
      expected[i] = theta[i];
    }
    double[] before = expected.clone();
    float[] mirror = theta.clone();
    float[] gradient = new float[size];
    double[] exact = new double[size];
    SlowOptimizer slow = line.slow().apply(size);
    OptimizerState state = line.optimizer().init(size);
    for (int step = 1; step <= steps; step++) {
      for (int i = 0; i < size; i++) {
        gradient[i] = (float) random.nextGaussian();
        exact[i] = gradient[i];
      }
      slow.step(expected, exact, step);
      state =
          line.optimizer()
              .update(
                  state,
                  step,
                  StepGradient.dense(gradient),
                  theta,
                  layout(size),
                  (values, from, length) -> System.arraycopy(values, from, mirror, from, length));
      assertThat(mirror).as("mirror of %d floats after step %d", size, step).isEqualTo(theta);
    }
    for (int i = 0; i < size; i++) {
      double moved = expected[i] - before[i];
      assertThat((double) theta[i])
          .as("parameter %d of %d", i, size)
          .isCloseTo(expected[i], within(1e-6 * steps / 3 + 1e-5 * Math.abs(moved)));
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void leavesGapsAtZero(Line line) {
    float[] theta = new float[3];
    descend(line.optimizer(), theta, 5, (at, g) -> g[0] = 1);
    assertThat(theta[0]).isNotZero();
    assertThat(Arrays.copyOfRange(theta, 1, 3)).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void theMirrorIsToldOfEveryParameterOnce(Line line) {
    int size = 2 * OptimizerStep.BLOCK + 5;
    int[] told = new int[size];
    line.optimizer()
        .update(
            line.optimizer().init(size),
            1,
            StepGradient.dense(new float[size]),
            new float[size],
            layout(size),
            (values, from, length) -> {
              for (int i = from; i < from + length; i++) {
                told[i]++;
              }
            });
    assertThat(told).containsOnly(1);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void oneTextMakesItAgain(Line line) {
    String json = line.optimizer().toJson();
    assertThat(Optimizer.parse(json)).isEqualTo(line.optimizer());
    assertThat(Optimizer.parse(json).toJson()).isEqualTo(json);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void keepsAsManySlotsAsItsLinks(Line line) {
    int slots = line.optimizer().chain().stream().mapToInt(GradientTransform::slots).sum();
    assertThat(List.of(line.optimizer().init(7).slots()))
        .hasSize(slots)
        .allSatisfy(slot -> assertThat(slot).hasSize(7).containsOnly(0));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void takesAnotherLearningRate(Line line) {
    Optimizer moved = line.optimizer().withLearningRate(0.25);
    assertThat(moved.learningRate().rate()).isEqualTo(0.25);
    assertThat(moved.slots()).isEqualTo(line.optimizer().slots());
    assertThat(moved.withLearningRate(line.optimizer().learningRate())).isEqualTo(line.optimizer());
    assertThat(List.of(moved)).doesNotContain(line.optimizer());
  }
}
