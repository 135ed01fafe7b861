package io.kindling.cluster.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.LocalUpdate;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.ShardedRows;
import io.kindling.training.Trainer;
import io.kindling.training.TrainingListener;
import io.kindling.training.TrainingPlan;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameter servers of tables of which a step looks up some rows. */
class TablesByRowsTest {

  @AfterEach
  void leaveNoThread() {
    LoopbackThreads.assertNoneLeft();
  }

  private static TrainingPlan plan(Objective objective, Served strategy, Optimizer optimizer) {
    return TrainingPlan.of(objective)
        .withOptimizer(optimizer)
        .withBatchSize(8)
        .withEpochs(3)
        .withSeed(3)
        .withStrategy(strategy);
  }

  /** The table has 6.4 MB; a step looks up 16 rows of 64 bytes at most. */
  @Test
  void whatTravelsIsAsMuchAsTheRowsOfTheBatches() throws Exception {
    TrainingPlan plan =
        plan(Words.objective(100_000, 16), Served.of(Exchange.GRADIENTS, 1), Optimizers.sgd(0.1))
            .withEpochs(1);
    Gang gang = new Gang(plan, 2, false, Words::byRows);
    int rowsPerShard = 10;
    Trainer.Result end =
        gang.train(plan.initialState(), rank -> new Words(100_000, rowsPerShard, rank, 2)).get(0);
    long steps = end.state().step();
    assertThat(steps).isEqualTo(5);
    long dense = 4 * (2 * 16 + 16 + 16); // the kernel and the bias, with their gaps
    long rows = 16 * (4 + 64); // of a batch, each with its number
    for (int rank = 0; rank < 2; rank++) {
      long bytes = gang.traffic(rank).bytesSent() + gang.traffic(rank).bytesReceived();
      assertThat(bytes / steps).isBetween(1L, 6 * (rows + dense));
    }
  }

  static final List<Optimizer> OPTIMIZERS =
      List.of(
          Optimizers.sgd(0.1),
          Optimizers.adam(0.01),
          Optimizers.adam(0.01).clippedByGlobalNorm(0.01));

  @ParameterizedTest
  @FieldSource("OPTIMIZERS")
  void oneWorkerThatExchangesEveryGradientHasTheBitsOfOneAlone(Optimizer optimizer)
      throws Exception {
    TrainingPlan plan =
        plan(Words.objective(50, 4), Served.of(Exchange.GRADIENTS, 1).agreeingEvery(3), optimizer);
    Words rows = new Words(50, 13, 0, 1);
    Trainer.Result served =
        new Gang(plan, 1, true, Words::byRows).train(plan.initialState(), rank -> rows).get(0);
    Trainer.Result alone = alone(plan, rows);
    assertThat(served.learned()).isEqualTo(alone.learned());
    assertThat(served.state().optimizer().slots()).isDeepEqualTo(alone.state().optimizer().slots());
    assertThat(served.history().stepLosses()).isEqualTo(alone.history().stepLosses());
  }

  private static Trainer.Result alone(TrainingPlan plan, ShardedRows rows) throws Exception {
    try (TrainingProgram program = Words.byRows(plan.objective());
        ParameterUpdate update = new LocalUpdate(plan.optimizer(), program)) {
      return new Trainer(plan, program, update, new TrainingListener() {})
          .run(plan.initialState(), rows, new Words(50, 0, 0, 1));
    }
  }

  /** Where rows are locked, and where several steps' rows come together. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void allRanksEndWithTheSameTable(int interval) throws Exception {
    for (Served strategy :
        List.of(
            Served.of(Exchange.GRADIENTS, interval).agreeingEvery(4),
            Served.of(Exchange.GRADIENTS, interval).onDriver(),
            Served.of(Exchange.GRADIENTS, interval).lockFree())) {
      TrainingPlan plan =
          plan(Words.objective(50, 4), strategy, Optimizers.sgd(0.2)).withEpochs(20);
      List<Trainer.Result> ranks =
          new Gang(plan, 3, false, Words::byRows)
              .train(plan.initialState(), rank -> new Words(50, 25, rank, 3));
      for (Trainer.Result rank : ranks) {
        assertThat(rank.learned()).isEqualTo(ranks.get(0).learned());
      }
      assertThat(ranks.get(0).history().last().training().loss())
          .isLessThan(0.7 * ranks.get(0).history().epochs().get(0).training().loss());
    }
  }
}
