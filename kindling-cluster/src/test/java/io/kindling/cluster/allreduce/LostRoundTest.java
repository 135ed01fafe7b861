package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cluster.LoopbackThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LostRoundTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @EnumSource(Wiring.class)
  void aRankThatDiesFailsAllOthersLongBeforeTheTimeout(Wiring wiring) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, 4, LONG)) {
      AtomicInteger finished = new AtomicInteger();
      long start = System.nanoTime();
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              ring -> {
                for (long step = 0; step < 1000; step++) {
                  if (ring.rank() == 2 && step == 5) {
                    ring.close();
                  }

                  ring.sum(new float[200_000], step);
                }

                return finished.incrementAndGet();
              });

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      assertThat(finished).hasValue(0);
      assertThat(failures.get(2)).hasMessage("Rank 2 cannot sum in step 5: its ring is closed.");
      for (int rank : new int[] {0, 1, 3}) {
        assertThat(failures.get(rank).isSecondary()).isTrue();
        assertThat(failures.get(rank)).hasMessageStartingWith("Rank " + rank + " ");
        assertThat(failures.get(rank).rank()).isEqualTo(rank);
        assertThat(failures.get(rank).step()).isBetween(4L, 5L);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Wiring.class)
  void aRankThatDiesAmongSmallSumsFailsAllOthersToo(Wiring wiring) throws Exception {
    for (int worldSize : new int[] {2, 3, 5, 8}) {
      try (LoopbackCluster cluster = LoopbackCluster.open(wiring, worldSize, LONG)) {
        int dying = worldSize - 1;
        long start = System.nanoTime();
        List<LostRoundException> failures =
            cluster.failuresOnEachRank(
                ring -> {
                  for (long step = 0; step < 1000; step++) {
                    if (ring.rank() == dying && step == 5) {
                      ring.close();
                    }
                    ring.sum(new float[10], step);
                  }
                  return "all sums";
                });

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        for (int rank = 0; rank < dying; rank++) {
          assertThat(failures.get(rank).isSecondary()).isTrue();
          assertThat(failures.get(rank)).hasMessageStartingWith("Rank " + rank + " ");
          assertThat(failures.get(rank).step()).isBetween(4L, 5L);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Wiring.class)
  void aRankSilentInASmallSumIsNamedToAllOthers(Wiring wiring) throws Exception {
    CountDownLatch over = new CountDownLatch(4);
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, 5, Duration.ofSeconds(1))) {
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              ring -> {
                if (ring.rank() == 1) {
                  over.await();
                }
                try {
                  ring.sum(new float[10], 812);
                  return "a sum";
                } finally {
                  over.countDown();
                }
              });

      // Rank 0 speaks for rank 1.
      assertThat(failures.get(0))
          .hasMessageMatching(
              "Rank 0 waited 1\\.\\d s for segment 0 from rank 1 \\(.+\\) in step 812\\.");
      assertThat(failures).allSatisfy(e -> assertThat(e.step()).isEqualTo(812));
    }
  }

  @ParameterizedTest
  @EnumSource(Wiring.class)
  void aSilentRankIsNamedWithTheWaitAndTheStep(Wiring wiring) throws Exception {
    CountDownLatch over = new CountDownLatch(3);
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, 4, Duration.ofSeconds(1))) {
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              ring -> {
                if (ring.rank() == 2) {
                  over.await();
                }

                try {
                  ring.sum(new float[200_000], 812);
                  return "a sum";
                } finally {
                  over.countDown();
                }
              });

      assertThat(failures.get(3))
          .hasMessageMatching(
              "Rank 3 waited 1\\.\\d s for segment \\d+ from rank 2 \\(.+\\) in step 812\\.");
      assertThat(failures).anySatisfy(e -> assertThat(e.isSecondary()).isTrue());
    }
  }

  @ParameterizedTest
  @EnumSource(Wiring.class)
  void aRankInAnotherStepIsAnErrorThatNamesBoth(Wiring wiring) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, 3, LONG)) {
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              ring -> {
                ring.sum(new float[100_000], ring.rank() == 1 ? 6 : 5);
                return "a sum";
              });

      assertThat(failures)
          .anySatisfy(
              e ->
                  assertThat(e)
                      .hasMessageMatching(
                          "Rank \\d is in step \\d but received segment \\d+ of step \\d from rank"
                              + " \\d \\(.+\\)\\. All ranks must take the same steps in the same"
                              + " order\\."));
    }
  }

  @ParameterizedTest
  @EnumSource(Wiring.class)
  void arraysOfDifferentLengthAreAnError(Wiring wiring) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, 2, LONG)) {
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              ring -> {
                ring.sum(new float[100 + ring.rank()], 5);
                return "a sum";
              });

      assertThat(failures)
          .anySatisfy(
              e ->
                  assertThat(e)
                      .hasMessageContaining("All ranks must bring arrays of the same type"));
    }
  }

  @ParameterizedTest
  @EnumSource(Wiring.class)
  void aLostRingStaysLostAndQuotesTheFirstFailure(Wiring wiring) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, 2, Duration.ofMillis(300))) {
      AllReduce ring = cluster.rank(0);
      assertThatThrownBy(() -> ring.sum(new float[10], 1))
          .isInstanceOf(LostRoundException.class)
          .hasMessageContaining(" for segment 0 from rank 1 ");
      assertThatThrownBy(() -> ring.sum(new float[10], 2))
          .isInstanceOf(LostRoundException.class)
          .hasMessageStartingWith(
              "Rank 0 cannot sum in step 2: its ring was lost in step 1. Build a new ring. The"
                  + " first failure was: Rank 0 waited ");
    }
  }
}
