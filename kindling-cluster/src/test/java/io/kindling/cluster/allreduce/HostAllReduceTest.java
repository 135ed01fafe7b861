package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.LinkException;
import io.kindling.training.Position;
import io.kindling.training.WireFormat;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to ranks that share a process; the rest is the contract of all. */
class HostAllReduceTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int LARGE = 100_003;

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  private static LoopbackCluster open(String processes, Duration timeout) throws Exception {
    return new World(Wiring.TCP_AUTHENTICATED, processes).open(timeout);
  }

  @Test
  void onlyWhatTravelsIsRoundedAndTheSpeakerOwesIt() throws Exception {
    World world = new World(Wiring.TCP_AUTHENTICATED, "abbab");
    try (LoopbackCluster cluster = world.open(TIMEOUT, WireFormat.BFLOAT16)) {
      List<float[][]> outcomes =
          cluster.onEachRank(
              rank -> {
                float[] data = World.floats(rank.rank(), LARGE);
                float[] lost = new float[LARGE];
                rank.sumRounded(data, 0, LARGE, lost, 5);
                return new float[][] {data, lost};
              });
      double[] expected = world.slowSum(LARGE);
      for (int i = 0; i < LARGE; i++) {
        double sum = outcomes.get(0)[0][i];
        for (float[][] outcome : outcomes) {
          sum += outcome[1][i];
        }
        assertThat(sum).isCloseTo(expected[i], within(1e-5));
      }
      for (int listener : new int[] {2, 3, 4}) {
        assertThat(outcomes.get(listener)[1]).containsOnly(0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, LARGE})
  void whatTravelsDoesNotGrowWithTheThreadsAndCountsAsTheSpeakers(int size) throws Exception {
    try (LoopbackCluster cluster = open("abababab", TIMEOUT)) {
      List<Long> bytes =
          cluster.onEachRank(
              rank -> {
                rank.sum(new float[size], 1);
                return rank.traffic().bytesSent();
              });
      assertThat(bytes).containsExactly(size * 4L, size * 4L, 0L, 0L, 0L, 0L, 0L, 0L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, LARGE})
  void everyThreadCountsHowLongItWaitedForOthers(int size) throws Exception {
    CountDownLatch waiting = new CountDownLatch(3);
    try (LoopbackCluster cluster = open("aabb", TIMEOUT)) {
      List<Long> waited =
          cluster.onEachRank(
              rank -> {
                if (rank.rank() == 3) {
                  waiting.await();
                } else {
                  waiting.countDown();
                }
                rank.sum(new float[size], 1);
                return rank.traffic().waitedNanos();
              });
      assertThat(waited.subList(0, 3)).allSatisfy(nanos -> assertThat(nanos).isPositive());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, LARGE})
  void aThreadThatLeavesFailsAllOthersOfAllProcesses(int size) throws Exception {
    try (LoopbackCluster cluster = open("ababa", TIMEOUT)) {
      long start = System.nanoTime();
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              rank -> {
                for (long step = 0; step < 1000; step++) {
                  if (rank.rank() == 2 && step == 5) {
                    rank.close();
                  }
                  rank.sum(new float[size], step);
                }
                return "all sums";
              });

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(failures).allSatisfy(e -> assertThat(e.step()).isBetween(4L, 6L));
      assertThat(failures.get(4))
          .hasMessageEndingWith("Rank 2 closed the exchange of its process.")
          .returns(true, LostRoundException::isSecondary);
      assertThat(failures.get(3)).hasMessageStartingWith("Rank 3 lost the round of step ");
    }
  }

  /** Whoever comes to a round behind it learns so too, though nobody else is left to come. */
  @Test
  void noRoundFollowsOneThatWasLost() throws Exception {
    try (LoopbackCluster cluster = open("aa", TIMEOUT)) {
      cluster.rank(1).close();
      assertThatThrownBy(() -> cluster.rank(0).sum(new float[3], 7))
          .isInstanceOf(LostRoundException.class)
          .hasMessage(
              "Rank 0 lost the round of step 7 with the other ranks of its process."
                  + " The first failure was: Rank 1 closed the exchange of its process.");
    }
  }

  @Test
  void aSilentThreadIsAnErrorAfterTheTimeout() throws Exception {
    CountDownLatch over = new CountDownLatch(3);
    try (LoopbackCluster cluster = open("aabb", Duration.ofMillis(500))) {
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              rank -> {
                if (rank.rank() == 3) {
                  over.await();
                }
                try {
                  rank.sum(new float[LARGE], 812);
                  return "a sum";
                } finally {
                  over.countDown();
                }
              });
      assertThat(failures.get(2))
          .hasMessageMatching(
              "Rank 2 waited \\d+ ms for the other ranks of its process in step 812\\.");
      assertThat(failures.get(3)).hasMessageContaining("The first failure was: Rank 2 waited ");
    }
  }

  @Test
  void anErrorOfTheSpeakerFailsTheOthersAtOnce() throws Exception {
    Processes processes = new Processes(List.of(List.of(0, 1), List.of(2)), 0);
    HostGroup group = new HostGroup(processes, new Broken(), TIMEOUT);
    AllReduce listener = new HostAllReduce(group, 1);
    CompletableFuture<Void> listening =
        CompletableFuture.runAsync(
            () -> {
              try {
                listener.sum(new float[3], 8);
              } catch (LostRoundException e) {
                throw new CompletionException(e);
              }
            });
    assertThatThrownBy(() -> new HostAllReduce(group, 0).sum(new float[3], 8))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(listening::join)
        .hasRootCauseInstanceOf(LostRoundException.class)
        .hasMessageContaining("The first failure was: java.lang.AssertionError: out of order");
  }

  /** Two processes, of which none ever comes to a round. */
  private static final class Broken implements AllReduce {

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int worldSize() {
      return 2;
    }

    @Override
    public WireFormat wireFormat() {
      return WireFormat.FLOAT32;
    }

    @Override
    public void sum(float[] data, int from, int to, long step) {
      throw new AssertionError("out of order");
    }

    @Override
    public void sumRounded(float[] data, int from, int to, float[] lost, long step) {
      throw new AssertionError("out of order");
    }

    @Override
    public Share share(int from, int to) {
      throw new AssertionError("out of order");
    }

    @Override
    public void reduceScatter(float[] data, int from, int to, long step) {
      throw new AssertionError("out of order");
    }

    @Override
    public void allGather(float[] data, int from, int to, long step) {
      throw new AssertionError("out of order");
    }

    @Override
    public double[] sum(double[] data, long step) {
      throw new AssertionError("out of order");
    }

    @Override
    public void gather(float[] data, int length, long step) {
      throw new AssertionError("out of order");
    }

    @Override
    public void broadcast(float[] data, int length, int root, long step) {
      throw new AssertionError("out of order");
    }

    @Override
    public Traffic traffic() {
      return new Traffic();
    }

    @Override
    public void close() {}
  }

  @Test
  void threadsInDifferentStepsAreAnErrorThatNamesBoth() throws Exception {
    try (LoopbackCluster cluster = open("aa", TIMEOUT)) {
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              rank -> {
                rank.sum(new float[10], 5 + rank.rank());
                return "a sum";
              });
      assertThat(failures.get(1))
          .hasMessage(
              "Rank 1 brings 10 numbers to step 6, but rank 0 of its process 10 numbers to step 5."
                  + " All ranks must bring arrays of the same type and length in the same step.");
    }
  }

  @Test
  void whoeverWaitsInVainForItsProcessToLinkSaysSo() {
    Membership members = ofTwo("lonely", 1, 1);
    assertThatThrownBy(
            () ->
                ProcessRanks.HERE.join(
                    members,
                    Processes.of(members),
                    LocalAllReduce::new,
                    Deadline.after(Duration.ofMillis(100)),
                    TIMEOUT))
        .isInstanceOf(LinkException.class)
        .hasMessageMatching("Rank 1 waited \\d+ ms for the other ranks of its process to link\\.");
  }

  @Test
  void aRankThatCannotLinkFailsThoseOfItsProcessAtOnce() throws Exception {
    ProcessRanks.Linking refused =
        () -> {
          throw new LinkException(LinkException.Reason.REFUSED, "There is nobody.");
        };
    CompletableFuture<Throwable> other =
        CompletableFuture.supplyAsync(() -> failure(ofTwo("unlinked", 1, 1), refused));
    assertThat(failure(ofTwo("unlinked", 1, 0), refused)).hasMessage("There is nobody.");
    assertThat(other.join())
        .hasMessageStartingWith("Rank 1 cannot link, as another rank of its process could not: ")
        .hasMessageEndingWith("There is nobody.");
  }

  @Test
  void aRankOfAGenerationBeforeComesTooLate() throws Exception {
    ProcessRanks.Linking refused =
        () -> {
          throw new LinkException(LinkException.Reason.REFUSED, "There is nobody.");
        };
    assertThat(failure(ofTwo("late", 5, 0), refused)).hasMessage("There is nobody.");
    assertThat(failure(ofTwo("late", 4, 1), refused))
        .hasMessage(
            "Rank 1 comes too late for generation 4: its process links for generation 5 already.");
  }

  private static Membership ofTwo(String job, int generation, int rank) {
    return new Membership(
        job,
        generation,
        rank,
        Collections.nCopies(2, new Address("127.0.0.1", 1)),
        Collections.nCopies(2, Position.NONE),
        List.of("a", "a"));
  }

  private static Throwable failure(Membership members, ProcessRanks.Linking linking) {
    try {
      ProcessRanks.HERE.join(
          members, Processes.of(members), linking, Deadline.after(TIMEOUT), TIMEOUT);
      return new AssertionError("linked");
    } catch (LinkException e) {
      return e;
    }
  }
}
