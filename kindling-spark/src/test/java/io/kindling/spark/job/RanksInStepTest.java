package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.allreduce.AllReducedUpdate;
import io.kindling.cluster.rendezvous.InMemoryRendezvous;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.input.Device;
import io.kindling.tensor.Batch;
import io.kindling.training.ShardedRows;
import io.kindling.training.Trainer;
import io.kindling.training.TrainingListener;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks as threads, over real sockets and with the real engine. */
class RanksInStepTest {

  private static final int FEATURES = 20;
  private static final int CLASSES = 4;

  /** Uneven, one of them empty, and more of them than fit evenly on two or three ranks. */
  private static final int[] SHARDS = {31, 40, 0, 7, 38, 25, 40};

  private static final TrainingPlan PLAN =
      TrainingPlan.of(
              Objective.of(
                  Network.sequential(
                      Input.of("x", FEATURES),
                      Dense.of(300).relu(),
                      BatchNorm.of(),
                      Dropout.of(0.3),
                      Dense.of(CLASSES)),
                  Loss.sparseCategoricalCrossEntropy(),
                  Metric.accuracy()))
          .withOptimizer(Optimizers.adam(0.01))
          .withEpochs(3)
          .withBatchSize(30)
          .withSeed(5);

  /** After every step, the bits of one rank. */
  private record Bits(long step, List<Integer> parameters, List<Integer> state, double loss) {}

  /**
   * @param processes a letter for each rank; those with the same share memory
   */
  @ParameterizedTest
  @ValueSource(strings = {"ab", "abc", "aa", "aaa", "aba"})
  void allRanksHoldTheSameBitsAfterEveryStep(String processes) throws Exception {
    int workers = processes.length();
    InMemoryRendezvous rendezvous =
        new InMemoryRendezvous(
            "in-step", 0, processes.chars().mapToObj(Integer::toString).toList());
    Secret secret = Secret.random();
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<List<Bits>>> ranks = new ArrayList<>();
      for (int rank = 0; rank < workers; rank++) {
        int self = rank;
        ranks.add(threads.submit(() -> train(self, workers, rendezvous, secret)));
      }
      List<Bits> first = ranks.get(0).get(60, TimeUnit.SECONDS);

      assertThat(first).hasSize(3 * 7);
      for (Future<List<Bits>> rank : ranks) {
        assertThat(rank.get(60, TimeUnit.SECONDS)).isEqualTo(first);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Bits> train(
      int rank, int workers, InMemoryRendezvous rendezvous, Secret secret) throws Exception {
    Deadline deadline = Deadline.after(Duration.ofSeconds(30));
    TcpTransport transport =
        TcpTransport.of(Identity.rank("in-step", 0, rank), secret, LinkSecurity.AUTHENTICATED);
    List<Bits> steps = new ArrayList<>();
    TrainingListener recorder =
        new TrainingListener() {
          @Override
          public void stepped(int epoch, TrainingState state) {
            steps.add(
                new Bits(
                    state.step(),
                    bits(state.parameters()),
                    bits(state.networkState()),
                    state.last().loss()));
          }
        };
    try (Listener listener = transport.listen(PortRange.anyOn("127.0.0.1"));
        TrainingProgram program =
            new ExecutorEngine(1, Device.CPU).engine().compile(PLAN.objective())) {
      Membership members = rendezvous.join(rank, listener.address(), deadline);
      try (AllReducedUpdate update =
          new AllReducedUpdate(
              PLAN.optimizer(), program, AllReduce.ring(members, transport, listener, deadline))) {
        new Trainer(PLAN, program, update, recorder)
            .run(
                PLAN.initialState(),
                new Table(SHARDS, rank, workers),
                new Table(new int[SHARDS.length], rank, workers));
      }
    }
    return steps;
  }

  private static List<Integer> bits(float[] values) {
    List<Integer> bits = new ArrayList<>(values.length);
    for (float value : values) {
      bits.add(Float.floatToRawIntBits(value));
    }
    return bits;
  }

  /** Random rows that are a function of shard and row; each rank holds its shards. */
  private record Table(int[] sizes, int rank, int workers) implements ShardedRows {

    @Override
    public int shards() {
      return sizes.length;
    }

    @Override
    public int rows(int shard) {
      return sizes[shard];
    }

    @Override
    public boolean holds(int shard) {
      return shard % workers == rank;
    }

    @Override
    public void copy(int shard, int row, Batch batch, int at) {
      Random random = new Random(shard * 1000L + row);
      int label = random.nextInt(CLASSES);
      for (int i = 0; i < FEATURES; i++) {
        float value = (float) random.nextGaussian() + (i % CLASSES == label ? 1 : 0);
        batch.column(0).putFloat((at * FEATURES + i) * Float.BYTES, value);
      }
      batch.column(1).putInt(at * Integer.BYTES, label);
    }
  }
}
