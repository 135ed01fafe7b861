package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Gradients;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.StepClock;
import io.kindling.training.TrainingState;
import io.kindling.training.WireFormat;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AllReducedUpdateTest {

  private static final int RANKS = 3;
  private static final int STEPS = 40;

  /** Its gradients are large enough for the ring. */
  private static final Objective OBJECTIVE =
      Objective.of(
          Network.sequential(Input.of("x", 200), Dense.of(200), BatchNorm.of(), Dense.of(2)),
          Loss.sparseCategoricalCrossEntropy(),
          Metric.accuracy());

  private static final int PARAMETERS = OBJECTIVE.network().parameters().size();
  private static final Optimizer SGD = Optimizers.sgd(1);

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  /** Constant gradients, so that a gradient that is never paid would show. */
  @ParameterizedTest
  @EnumSource
  void stepsAsOneWorkerWithAllRowsToThePrecisionOfTheFormat(WireFormat format) throws Exception {
    try (LoopbackCluster cluster =
        LoopbackCluster.open(Wiring.IN_MEMORY, RANKS, Duration.ofSeconds(20), format)) {
      List<TrainingState> states = cluster.onEachRank(AllReducedUpdateTest::train);
      float[] before = TrainingState.initial(OBJECTIVE.network(), SGD, 1).parameters();
      float[][] gradients = {gradient(0), gradient(1), gradient(2)};
      // What is still owed: a rounding of each rank, of numbers below 1.
      double owed = format == WireFormat.FLOAT32 ? 0 : RANKS * 0x1p-8;
      for (TrainingState state : states) {
        assertThat(state.step()).isEqualTo(STEPS);
        for (View view : OBJECTIVE.network().parameters().views()) {
          for (int i = view.offset(); i < view.offset() + view.size(); i++) {
            double mean = 0;
            for (int rank = 0; rank < RANKS; rank++) {
              mean += (rank + 1) / 6.0 * gradients[rank][i];
            }
            assertThat((double) state.parameters()[i])
                .isCloseTo(before[i] - STEPS * mean, within(owed + 1e-4));
          }
        }
        assertThat(state.parameters()).isEqualTo(states.get(0).parameters());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void lossMetricsAndStateAreNotRounded(WireFormat format) throws Exception {
    try (LoopbackCluster cluster =
        LoopbackCluster.open(Wiring.IN_MEMORY, RANKS, Duration.ofSeconds(20), format)) {
      for (TrainingState state : cluster.onEachRank(AllReducedUpdateTest::train)) {
        assertThat(state.last().loss()).isCloseTo((1 + 2 * 2 + 3 * 3) / 6.0 + 1e-5, within(1e-6));
        assertThat(state.last().metricSums()[0]).isEqualTo(3 * 65_537f);
        for (float number : state.networkState()) {
          assertThat((double) number).isCloseTo(1 + 1e-5, within(1e-6));
        }
      }
    }
  }

  /** A number of each rank in a hundred, with its sign, instead of all around the ring. */
  @Test
  void aThresholdTakesFewBytesAndLeavesCountsAsTheyAre() throws Exception {
    try (LoopbackCluster cluster =
        LoopbackCluster.open(Wiring.IN_MEMORY, RANKS, Duration.ofSeconds(20))) {
      List<TrainingState> states =
          cluster.onEachRank(
              ring ->
                  train(
                      ring,
                      AllReducedUpdate.above(
                          0.01, SGD, new StubProgram(OBJECTIVE), ring, new StepClock())));
      double whole = 2 * (RANKS - 1.0) / RANKS * PARAMETERS * Float.BYTES * STEPS;
      double rest = 2.0 * (RANKS - 1) * 500 * Float.BYTES * STEPS; // of state and measures
      for (int rank = 0; rank < RANKS; rank++) {
        assertThat(cluster.rank(rank).traffic().bytesSent()).isLessThan((long) (whole / 20 + rest));
        assertThat(states.get(rank).parameters()).isEqualTo(states.get(0).parameters());
        assertThat(states.get(rank).last().metricSums()[0]).isEqualTo(3 * 65_537f);
      }
    }
  }

  private static TrainingState train(AllReduce ring) throws Exception {
    return train(ring, new AllReducedUpdate(SGD, new StubProgram(OBJECTIVE), ring));
  }

  private static TrainingState train(AllReduce ring, AllReducedUpdate update) throws Exception {
    TrainingState state = TrainingState.initial(OBJECTIVE.network(), SGD, 1);
    for (int step = 0; step < STEPS; step++) {
      state = update.next(state, Optional.of(new Constant(ring.rank())), 6);
    }
    return state;
  }

  private static float[] gradient(int rank) {
    Random random = new Random(rank);
    float[] gradient = new float[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++) {
      gradient[i] = (random.nextFloat() - 0.5f) * (i % 2 == 0 ? 1 : 1e-4f);
    }
    return gradient;
  }

  /** One, two or three rows, by the rank. */
  private static final class Constant implements Gradients {
    private final int rank;
    private final float[] gradient;

    Constant(int rank) {
      this.rank = rank;
      this.gradient = gradient(rank);
    }

    @Override
    public int rows() {
      return rank + 1;
    }

    @Override
    public float loss() {
      return rank + 1 + 1e-5f;
    }

    @Override
    public float[] metricSums() {
      float[] sums = new float[OBJECTIVE.accumulators()];
      Arrays.fill(sums, 65_537);
      return sums;
    }

    @Override
    public void read(int from, float[] into, int offset, int length) {
      System.arraycopy(gradient, from, into, offset, length);
    }

    @Override
    public void readState(float[] into, int offset) {
      int size = OBJECTIVE.network().state().size();
      Arrays.fill(into, offset, offset + size, 1 + 1e-5f);
    }
  }
}
