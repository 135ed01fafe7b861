package io.kindling.cluster.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.ReferenceEngine;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.EpochReport;
import io.kindling.training.ExchangeException;
import io.kindling.training.LocalUpdate;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.Sharded;
import io.kindling.training.ShardedRows;
import io.kindling.training.Strategy;
import io.kindling.training.Trainer;
import io.kindling.training.TrainingListener;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every strategy in which workers go apart keeps. */
class StrategyTest {

  private static final int BATCH = 30;
  private static final int STEPS = 7;
  private static final int EPOCHS = 12;

  private static final List<Strategy> APART =
      Stream.concat(
              Stream.of(
                  Strategy.sharded(),
                  new Sharded(3),
                  Strategy.localSgd(1),
                  Strategy.localSgd(3),
                  Strategy.averagedEpochs(),
                  Strategy.diLoCo(5)),
              Stream.of(Exchange.values())
                  .flatMap(
                      exchange ->
                          Stream.of(
                              Served.of(exchange, 1).agreeingEvery(5),
                              Served.of(exchange, 3).lockFree(),
                              Served.of(exchange, 2).agreeingEvery(9).onDriver().withMaxLead(0),
                              Served.of(exchange, 2).withMaxLead(0),
                              Served.of(exchange, 1).withServers(2))))
          .toList();

  @AfterEach
  void leaveNoThread() {
    LoopbackThreads.assertNoneLeft();
  }

  private static TrainingPlan plan(Strategy strategy) {
    return TrainingPlan.of(Line.objective())
        .withOptimizer(Optimizers.sgd(0.05))
        .withBatchSize(BATCH)
        .withEpochs(EPOCHS)
        .withSeed(3)
        .withStrategy(strategy);
  }

  private static List<Trainer.Result> train(TrainingPlan plan, int workers, boolean isOneProcess)
      throws Exception {
    return new Gang(plan, workers, isOneProcess)
        .train(plan.initialState(), rank -> Line.of(rank, plan.strategy().learners(workers)));
  }

  static Stream<Arguments> worlds() {
    List<Arguments> worlds = new ArrayList<>();
    for (Strategy strategy : APART) {
      worlds.add(Arguments.of(strategy, 1, true));
      worlds.add(Arguments.of(strategy, 2, true));
      worlds.add(Arguments.of(strategy, 2, false));
      worlds.add(Arguments.of(strategy, 5, false));
    }
    return worlds.stream();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void allRanksEndWithTheSameBitsAndHaveLearned(
      Strategy strategy, int workers, boolean isOneProcess) throws Exception {
    List<Trainer.Result> ranks = train(plan(strategy), workers, isOneProcess);
    Trainer.Result first = ranks.get(0);
    for (Trainer.Result rank : ranks) {
      assertThat(rank.learned()).isEqualTo(first.learned());
      assertThat(rank.history().stepLosses()).isEqualTo(first.history().stepLosses());
    }
    assertThat(first.state().step()).isEqualTo(EPOCHS * STEPS);
    assertThat(first.history().stepLosses()).hasSize(EPOCHS * STEPS);
    List<EpochReport> epochs = first.history().epochs();
    assertThat(epochs).hasSize(EPOCHS).allMatch(each -> each.steps() == STEPS);
    assertThat(first.history().last().training().loss())
        .isLessThan(0.7 * epochs.get(0).training().loss());
  }

  /** With optimizers that remember, of which averages are what is learned. */
  @ParameterizedTest
  @MethodSource("worlds")
  void allRanksLearnTheSameAverages(Strategy strategy, int workers, boolean isOneProcess)
      throws Exception {
    TrainingPlan plan =
        plan(strategy).withOptimizer(Optimizers.adam(0.01).averagingParameters(0.9)).withEpochs(4);
    List<Trainer.Result> ranks = train(plan, workers, isOneProcess);
    for (Trainer.Result rank : ranks) {
      assertThat(rank.learned()).isEqualTo(ranks.get(0).learned());
      assertThat(rank.learned()).isNotEqualTo(rank.state().parameters());
    }
  }

  /** Batches of fewer rows than workers; an average that began with nothing would be near zero. */
  @Test
  void workersWithoutARowGoOnCountingSteps() throws Exception {
    for (Strategy strategy :
        List.of(
            Strategy.localSgd(3), Served.of(Exchange.DOWNPOUR, 2), Served.of(Exchange.ADAG, 1))) {
      TrainingPlan plan =
          plan(strategy)
              .withOptimizer(Optimizers.sgd(0.05).averagingParameters(0.999))
              .withBatchSize(2)
              .withEpochs(1);
      float[] start = plan.initialState().parameters();
      for (Trainer.Result rank : train(plan, 4, true)) {
        double apart = 0;
        double size = 0;
        for (int i = 0; i < start.length; i++) {
          apart += Math.pow(rank.learned()[i] - start[i], 2);
          size += Math.pow(start[i], 2);
        }
        assertThat(Math.sqrt(apart / size)).as("%s", strategy).isLessThan(0.5);
      }
    }
  }

  @Test
  void aServerOfGradientsRefusesAnOptimizerThatAccumulates() {
    TrainingPlan plan = plan(Served.of(Exchange.GRADIENTS, 1));
    Optimizer accumulating = Optimizers.sgd(0.1).accumulating(2);
    assertThatThrownBy(() -> plan.withOptimizer(accumulating))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Served.of(Exchange.GRADIENTS, 2)");
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(ints = {2, 3, 8})
  void theMeanBehindEveryStepOfSgdIsTheSumOfGradients(int workers) throws Exception {
    Trainer.Result averaged = train(plan(Strategy.localSgd(1)), workers, true).get(0);
    Trainer.Result reduced = train(plan(Strategy.allReduced()), workers, true).get(0);
    for (int i = 0; i < averaged.learned().length; i++) {
      assertThat(averaged.learned()[i]).isCloseTo(reduced.learned()[i], within(1e-5f));
    }
    for (int i = 0; i < EPOCHS * STEPS; i++) {
      assertThat(averaged.history().stepLosses()[i])
          .isCloseTo(reduced.history().stepLosses()[i], within(1e-5f));
    }
  }

  static final List<Optimizer> THAT_REMEMBER =
      List.of(
          Optimizers.sgd(0.1),
          Optimizers.adam(0.01),
          Optimizers.momentum(0.02, 0.9).withL2("dense*", 1e-3),
          Optimizers.adam(0.01).averagingParameters(0.9),
          Optimizers.adam(0.01).accumulating(3));

  /** Some agreements, and the end of each epoch, are in the middle of an accumulation. */
  @ParameterizedTest
  @FieldSource("THAT_REMEMBER")
  void shardsComeToTheParametersAndMemoriesOfTheWhole(Optimizer optimizer) throws Exception {
    for (int workers : new int[] {1, 2, 3, 8}) {
      for (boolean isOneProcess : new boolean[] {true, false}) {
        TrainingPlan plan = plan(new Sharded(5)).withOptimizer(optimizer).withEpochs(3);
        List<Trainer.Result> shards = train(plan, workers, isOneProcess);
        Trainer.Result whole =
            train(plan.withStrategy(Strategy.allReduced()), workers, isOneProcess).get(0);
        for (Trainer.Result shard : shards) {
          assertClose(shard.learned(), whole.learned());
          assertClose(shard.state().parameters(), whole.state().parameters());
          for (int slot = 0; slot < optimizer.slots(); slot++) {
            assertThat(shard.state().optimizer().slots()[slot])
                .isEqualTo(shards.get(0).state().optimizer().slots()[slot]);
            assertClose(
                shard.state().optimizer().slots()[slot], whole.state().optimizer().slots()[slot]);
          }
          assertClose(shard.history().stepLosses(), whole.history().stepLosses());
        }
      }
    }
  }

  private static void assertClose(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(2e-5f));
    }
  }

  @Test
  void shardsRefuseAnOptimizerThatNeedsWholeArrays() {
    TrainingPlan plan = plan(Strategy.sharded());
    for (Optimizer optimizer :
        List.of(
            Optimizers.sgd(0.1).clippedByGlobalNorm(1),
            Optimizers.sgd(0.1).clippedByNorm(1),
            Optimizers.sgd(0.1).withMaxNorm("*", 1))) {
      assertThatThrownBy(() -> plan.withOptimizer(optimizer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Unsupported strategy: shards, with an optimizer whose step ")
          .hasMessageContaining("Use all-reduce, Strategy.allReduced(),");
    }
  }

  /** Of four numbers in ten steps one travels; what is left waits. */
  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(booleans = {true, false})
  void gradientsAboveAThresholdTrainTheNetworkToo(boolean isOneProcess) throws Exception {
    TrainingPlan plan = plan(Strategy.allReducedAbove(0.1)).withEpochs(30);
    List<Trainer.Result> ranks = train(plan, 3, isOneProcess);
    Trainer.Result dense = train(plan.withStrategy(Strategy.allReduced()), 3, isOneProcess).get(0);
    for (Trainer.Result rank : ranks) {
      assertThat(rank.learned()).isEqualTo(ranks.get(0).learned());
    }
    List<EpochReport> epochs = ranks.get(0).history().epochs();
    double last = epochs.get(29).training().loss();
    assertThat(last).isLessThan(0.1 * epochs.get(0).training().loss());
    assertThat(last).isLessThan(3 * dense.history().last().training().loss());
  }

  static final List<Optimizer> OPTIMIZERS =
      List.of(
          Optimizers.sgd(0.1),
          Optimizers.adam(0.01),
          Optimizers.momentum(0.02, 0.9),
          Optimizers.adam(0.01).clippedByGlobalNorm(0.1));

  /** Agreements do not disturb the servers, so there are some on the way. */
  @ParameterizedTest
  @FieldSource("OPTIMIZERS")
  void oneWorkerThatExchangesEveryGradientHasTheBitsOfOneAlone(Optimizer optimizer)
      throws Exception {
    Served strategy = Served.of(Exchange.GRADIENTS, 1).agreeingEvery(4);
    TrainingPlan plan = plan(strategy).withOptimizer(optimizer);
    Trainer.Result served = train(plan, 1, true).get(0);
    Trainer.Result fromDriver = train(plan.withStrategy(strategy.onDriver()), 1, true).get(0);
    Trainer.Result alone;
    try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
        ParameterUpdate update = new LocalUpdate(optimizer, program)) {
      ShardedRows none = new Line(new int[Line.SIZES.length], 0, 1);
      alone =
          new Trainer(plan, program, update, new TrainingListener() {})
              .run(plan.initialState(), Line.of(0, 1), none);
    }
    assertThat(served.learned()).isEqualTo(alone.learned());
    assertThat(fromDriver.learned()).isEqualTo(alone.learned());
    assertThat(fromDriver.state().optimizer().slots())
        .isDeepEqualTo(alone.state().optimizer().slots());
    assertThat(served.state().optimizer().slots()).isDeepEqualTo(alone.state().optimizer().slots());
    assertThat(served.history().stepLosses()).isEqualTo(alone.history().stepLosses());
  }

  /** With slots of one worker's optimizer that were on another's server. */
  @Test
  void allWorkersKnowWhatTheServersOptimizersRemember() throws Exception {
    TrainingPlan plan = plan(Served.of(Exchange.GRADIENTS, 1)).withOptimizer(Optimizers.adam(0.01));
    List<Trainer.Result> ranks = train(plan, 3, false);
    float[][] slots = ranks.get(0).state().optimizer().slots();
    assertThat(slots).hasDimensions(2, plan.objective().network().parameters().size());
    assertThat(slots[1]).satisfies(second -> assertThat(sum(second)).isPositive());
    for (Trainer.Result rank : ranks) {
      assertThat(rank.state().optimizer().slots()).isDeepEqualTo(slots);
    }
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  /** Workers agree every 5 steps of an epoch of 7, and at its end: behind step 28, then 33. */
  @Test
  void goesOnFromTheLastAgreementWhereTheServerInTheDriverIsLost() throws Exception {
    TrainingPlan plan = plan(Served.of(Exchange.GRADIENTS, 1).agreeingEvery(5).onDriver());
    Gang struck = new Gang(plan, 2, false).losingDriverBehind(30);
    assertThatThrownBy(() -> struck.train(plan.initialState(), rank -> Line.of(rank, 2)))
        .hasCauseInstanceOf(ExchangeException.class);
    TrainingState reached = struck.reached(0);
    assertThat(reached.step()).isEqualTo(28);
    assertThat(struck.reached(1).parameters()).isEqualTo(reached.parameters());

    List<Trainer.Result> ranks = new Gang(plan, 2, false).train(reached, rank -> Line.of(rank, 2));

    assertThat(ranks.get(0).learned()).isEqualTo(ranks.get(1).learned());
    assertThat(ranks.get(0).history().stepLosses()).hasSize(EPOCHS * STEPS);
    List<EpochReport> epochs = ranks.get(0).history().epochs();
    assertThat(epochs.get(EPOCHS - 1).training().loss())
        .isLessThan(0.7 * epochs.get(0).training().loss());
  }

  static final List<Optimizer> WITH_AND_WITHOUT_MEMORY =
      List.of(Optimizers.sgd(0.05), Optimizers.adam(0.01));

  /** A share may have been changed in the step that was lost, with or without a memory. */
  @ParameterizedTest
  @FieldSource("WITH_AND_WITHOUT_MEMORY")
  void aLostStepOfShardsLeavesTheStateOfTheLastAgreement(Optimizer optimizer) throws Exception {
    TrainingPlan plan = plan(new Sharded(5)).withOptimizer(optimizer);
    for (boolean isOneProcess : new boolean[] {true, false}) {
      Gang struck = new Gang(plan, 3, isOneProcess).losingRankBehind(30);
      assertThatThrownBy(() -> struck.train(plan.initialState(), rank -> Line.of(rank, 3)))
          .hasCauseInstanceOf(ExchangeException.class);
      TrainingState reached = struck.reached(0);
      assertThat(reached.step()).isEqualTo(28);
      assertThat(struck.reached(2).parameters()).isEqualTo(reached.parameters());
      assertThat(train(plan, reached, isOneProcess))
          .isEqualTo(train(plan, plan.initialState(), isOneProcess));
    }
  }

  private static float[] train(TrainingPlan plan, TrainingState from, boolean isOneProcess)
      throws Exception {
    return new Gang(plan, 3, isOneProcess).train(from, rank -> Line.of(rank, 3)).get(0).learned();
  }

  @Test
  void diLoCosMomentumIsPartOfTheState() throws Exception {
    TrainingPlan plan = plan(Strategy.diLoCo(5));
    TrainingState end = train(plan, 2, true).get(0).state();
    assertThat(end.optimizer().slots().length).isEqualTo(plan.optimizer().slots() + 1);
  }
}
