package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.metric.Evaluation;
import io.kindling.training.EpochReport;
import io.kindling.training.History;
import io.kindling.training.Position;
import io.kindling.training.Snapshot;
import io.kindling.training.TrainingState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StateExchangeTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  static Stream<Arguments> worlds() {
    List<Arguments> worlds = new ArrayList<>();
    for (Wiring wiring : Wiring.values()) {
      for (int worldSize : new int[] {1, 2, 3, 5}) {
        worlds.add(Arguments.of(wiring, worldSize, worldSize - 1));
        worlds.add(Arguments.of(wiring, worldSize, worldSize / 2));
      }
    }
    return worlds.stream();
  }

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void everyRankEndsWithTheBitsOfTheRoot(Wiring wiring, int worldSize, int root) throws Exception {
    // Parameters of many segments, no mutable state, a best epoch, two slots and one that is empty.
    int[] lengths = {40_003, 0, 9, 40_003, 0, 40_003, 40_003, 0};
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, worldSize, TIMEOUT)) {
      List<TrainingState> states =
          cluster.onEachRank(
              ring -> StateExchange.broadcast(ring, root, state(ring.rank(), lengths).state(), 3));
      for (TrainingState state : states) {
        assertSame(Snapshot.of(state), state(root, lengths));
        assertThat(state.position()).isEqualTo(new Position(root + 9L, 1));
        assertThat(state.optimizer().slots()).hasNumberOfRows(3);
      }
    }
  }

  @Test
  void onlyTheRootNeedsAStateAndKeepsItsOwn() throws Exception {
    int[] lengths = {5, 2, 1, 0, 0};
    try (LoopbackCluster cluster = LoopbackCluster.open(Wiring.IN_MEMORY, 3, TIMEOUT)) {
      TrainingState own = state(1, lengths).state();
      List<TrainingState> states =
          cluster.onEachRank(
              ring -> StateExchange.broadcast(ring, 1, ring.rank() == 1 ? own : null, 1));
      assertThat(states.get(1)).isSameAs(own);
      for (TrainingState state : states) {
        assertSame(Snapshot.of(state), state(1, lengths));
      }
      assertThat(states.get(0).parameters()).isNotSameAs(states.get(2).parameters());
    }
  }

  @Test
  void aRingCarriesOneStateAfterAnotherAndSumsBetweenThem() throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(Wiring.TCP_AUTHENTICATED, 3, TIMEOUT)) {
      List<List<Snapshot>> all =
          cluster.onEachRank(
              ring -> {
                List<Snapshot> states = new ArrayList<>();
                for (int root = 0; root < 3; root++) {
                  TrainingState mine = state(ring.rank(), 3 + root, root, 0, 0, 0).state();
                  states.add(Snapshot.of(StateExchange.broadcast(ring, root, mine, root + 1)));
                  assertThat(ring.sum(new double[] {1}, root + 1)).containsExactly(3);
                }
                return states;
              });
      for (List<Snapshot> states : all) {
        for (int root = 0; root < 3; root++) {
          assertSame(states.get(root), state(root, 3 + root, root, 0, 0, 0));
        }
      }
    }
  }

  private static void assertSame(Snapshot found, Snapshot expected) {
    assertThat(found.text()).isEqualTo(expected.text());
    assertThat(found.arrays()).hasSameSizeAs(expected.arrays());
    for (int i = 0; i < expected.arrays().size(); i++) {
      assertThat(bits(found.arrays().get(i))).isEqualTo(bits(expected.arrays().get(i)));
    }
  }

  private static int[] bits(float[] array) {
    int[] bits = new int[array.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(array[i]));
    return bits;
  }

  /** A state of a rank, in the middle of its second epoch; every seventh of its numbers is none. */
  private static Snapshot state(int rank, int... lengths) {
    List<float[]> arrays = new ArrayList<>();
    for (int length : lengths) {
      float[] array = new float[length];
      for (int i = 0; i < length; i++) {
        int nan = i % 7 == 0 ? 0x7f800001 : 0;
        array[i] = Float.intBitsToFloat((1 + rank * 5_000_011 + arrays.size() * 300_007 + i) | nan);
      }
      arrays.add(array);
    }
    Evaluation evaluation = new Evaluation(90, 0.1 + rank, Map.of("accuracy", 1.0 / 3));
    String history =
        new History(
                List.of(new EpochReport(1, 5, evaluation, Optional.empty(), 0.25)), new float[0])
            .toJson();
    String text =
        ("{'step':%d,'lastRows':32,'lastLoss':'NaN','lastMetricSums':[1.5],'history':%s,'sums':[0.1,7.0],"
                + "'rowsInEpoch':128,'stepsInEpoch':4,'epochNanos':12345,'lowest':'Infinity','toBeat':0.3,"
                + "'waited':2,'lengths':%s}")
            .replace('\'', '"')
            .formatted(
                rank + 9,
                "\"" + history.replace("\"", "\\\"") + "\"",
                Arrays.toString(lengths).replace(" ", ""));
    return new Snapshot(text, arrays);
  }
}
