package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.allreduce.AllReducedUpdate;
import io.kindling.cluster.rendezvous.InMemoryRendezvous;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.InMemoryTransport;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.Objectives;
import io.kindling.engine.reference.Rows;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.input.Device;
import io.kindling.tensor.Batch;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.TensorSpec;
import io.kindling.training.LocalUpdate;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.ShardedRows;
import io.kindling.training.Trainer;
import io.kindling.training.TrainingListener;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer and loss: two workers reach what one does, up to the order of additions. */
class WorkersAgreeTest {

  private static final int[] SHARDS = {5, 4, 0, 3};
  private static final int WORKERS = 2;
  private static final ExecutorService THREADS = Executors.newFixedThreadPool(WORKERS);

  @AfterAll
  static void endThreads() {
    THREADS.shutdownNow();
  }

  static Stream<Arguments> objectives() {
    return Objectives.all().entrySet().stream()
        .map(line -> Arguments.of(line.getKey(), line.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void twoWorkersReachWhatOneDoes(String name, Objective objective) throws Exception {
    TrainingPlan plan =
        TrainingPlan.of(objective)
            .withOptimizer(Optimizers.momentum(0.02, 0.5))
            .withEpochs(2)
            .withBatchSize(7)
            .withSeed(3);
    TrainingState alone;
    try (TrainingProgram program = new ExecutorEngine(1, Device.CPU).engine().compile(objective);
        ParameterUpdate update = new LocalUpdate(plan.optimizer(), program)) {
      alone = run(plan, program, update, 0, 1);
    }
    List<TrainingState> together = together(plan);
    assertThat(together.get(1).parameters()).isEqualTo(together.get(0).parameters());
    assertClose(together.get(0).parameters(), alone.parameters());
    assertClose(together.get(0).networkState(), alone.networkState());
    assertThat(together.get(0).last().loss())
        .isCloseTo(alone.last().loss(), within(1e-5 * Math.max(1, alone.last().loss())));
  }

  private static void assertClose(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("element %d", i)
          .isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
    }
  }

  private static List<TrainingState> together(TrainingPlan plan) throws Exception {
    InMemoryRendezvous rendezvous = new InMemoryRendezvous("agree", 0, WORKERS);
    InMemoryTransport network = InMemoryTransport.of(Identity.rank("agree", 0, 0));
    List<Future<TrainingState>> ranks = new ArrayList<>();
    for (int rank = 0; rank < WORKERS; rank++) {
      int self = rank;
      ranks.add(THREADS.submit(() -> train(plan, self, rendezvous, network)));
    }
    List<TrainingState> states = new ArrayList<>();
    for (Future<TrainingState> rank : ranks) {
      states.add(rank.get(60, TimeUnit.SECONDS));
    }
    return states;
  }

  private static TrainingState train(
      TrainingPlan plan, int rank, InMemoryRendezvous rendezvous, InMemoryTransport network)
      throws Exception {
    Deadline deadline = Deadline.after(Duration.ofSeconds(30));
    InMemoryTransport transport = network.as(Identity.rank("agree", 0, rank));
    try (Listener listener = transport.listen(PortRange.anyOn("127.0.0.1"));
        TrainingProgram program =
            new ExecutorEngine(1, Device.CPU).engine().compile(plan.objective())) {
      Membership members = rendezvous.join(rank, listener.address(), deadline);
      try (ParameterUpdate update =
          new AllReducedUpdate(
              plan.optimizer(), program, AllReduce.ring(members, transport, listener, deadline))) {
        return run(plan, program, update, rank, WORKERS);
      }
    }
  }

  private static TrainingState run(
      TrainingPlan plan, TrainingProgram program, ParameterUpdate update, int rank, int workers)
      throws Exception {
    List<TensorSpec> columns = new ArrayList<>(plan.objective().network().inputs());
    columns.addAll(plan.objective().targets());
    Table training = new Table(plan.objective(), columns, SHARDS, rank, workers);
    Table none = new Table(plan.objective(), columns, new int[SHARDS.length], rank, workers);
    TrainingListener deaf = new TrainingListener() {};
    return new Trainer(plan, program, update, deaf)
        .run(plan.initialState(), training, none)
        .state();
  }

  /** Random rows, the same for all workers; each holds its shards. */
  private static final class Table implements ShardedRows {

    private final int[] sizes;
    private final int rank;
    private final int workers;
    private final List<Rows> shards = new ArrayList<>();

    Table(Objective objective, List<TensorSpec> columns, int[] sizes, int rank, int workers) {
      this.sizes = sizes;
      this.rank = rank;
      this.workers = workers;
      for (int shard = 0; shard < sizes.length; shard++) {
        shards.add(Rows.random(objective, columns, 11 + shard, sizes[shard]));
      }
    }

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
      int column = 0;
      for (Map.Entry<TensorSpec, float[]> values : shards.get(shard).columns.entrySet()) {
        int size = values.getKey().shape().size();
        for (int i = 0; i < size; i++) {
          float value = values.getValue()[row * size + i];
          int place = (at * size + i) * Float.BYTES;
          if (values.getKey().type() == ElementType.INT32) {
            batch.column(column).putInt(place, (int) value);
          } else {
            batch.column(column).putFloat(place, value);
          }
        }
        column++;
      }
    }
  }
}
