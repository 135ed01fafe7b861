package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.rendezvous.InMemoryRendezvous;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.cluster.transport.Transport;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.ReferenceEngine;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.ShardedRows;
import io.kindling.training.StepClock;
import io.kindling.training.Trainer;
import io.kindling.training.TrainingListener;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Workers as threads over real sockets, with the reference engine. */
final class Gang {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final TrainingPlan plan;
  private final int workers;
  private final boolean isOneProcess;

  /**
   * @param isOneProcess whether workers reach each other in memory
   */
  Gang(TrainingPlan plan, int workers, boolean isOneProcess) {
    this.plan = plan;
    this.workers = workers;
    this.isOneProcess = isOneProcess;
  }

  /** Where each rank ends, by rank. */
  List<Trainer.Result> train(TrainingState start, IntFunction<ShardedRows> rows) throws Exception {
    InMemoryRendezvous rendezvous =
        isOneProcess
            ? new InMemoryRendezvous(
                "gang " + UUID.randomUUID(), 1, Collections.nCopies(workers, "process"))
            : new InMemoryRendezvous("gang", 1, workers);
    Secret secret = Secret.random();
    Neighbours neighbours = new Neighbours();
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<Trainer.Result>> ranks = new ArrayList<>();
      for (int rank = 0; rank < workers; rank++) {
        int self = rank;
        Neighbours mine = isOneProcess ? neighbours : new Neighbours();
        ranks.add(
            threads.submit(() -> train(self, rendezvous, secret, mine, start, rows.apply(self))));
      }
      List<Trainer.Result> results = new ArrayList<>();
      for (Future<Trainer.Result> rank : ranks) {
        results.add(rank.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private Trainer.Result train(
      int rank,
      InMemoryRendezvous rendezvous,
      Secret secret,
      Neighbours neighbours,
      TrainingState start,
      ShardedRows rows)
      throws Exception {
    Transport transport =
        TcpTransport.of(Identity.rank("gang", 1, rank), secret, LinkSecurity.AUTHENTICATED);
    try (Listener listener = transport.listen(PortRange.anyOn("127.0.0.1"));
        TrainingProgram program = new ReferenceEngine().compile(plan.objective())) {
      Deadline deadline = Deadline.after(TIMEOUT);
      Membership members = rendezvous.join(rank, listener.address(), deadline);
      AllReduce allReduce = AllReduce.ring(members, transport, listener, deadline, TIMEOUT);
      try (ParameterUpdate update = update(members, transport, allReduce, neighbours, program)) {
        TrainingState own = io.kindling.training.Snapshot.of(start).copy().state();
        return new Trainer(plan, program, update, new TrainingListener() {})
            .run(own, rows, new NoRows(rows.shards()));
      }
    }
  }

  private ParameterUpdate update(
      Membership members,
      Transport transport,
      AllReduce allReduce,
      Neighbours neighbours,
      TrainingProgram program)
      throws ExchangeException {
    Optimizer optimizer = plan.optimizer();
    WorkerUpdates updates =
        new WorkerUpdates(
            optimizer,
            program,
            allReduce,
            served ->
                Servers.link(
                    served,
                    optimizer,
                    plan.objective().network().parameters(),
                    members,
                    transport,
                    PortRange.anyOn("127.0.0.1"),
                    allReduce,
                    Deadline.after(TIMEOUT),
                    TIMEOUT,
                    neighbours),
            new StepClock());
    return plan.strategy().accept(updates);
  }

  /** No validation. */
  private record NoRows(int shards) implements ShardedRows {
    @Override
    public int rows(int shard) {
      return 0;
    }

    @Override
    public boolean holds(int shard) {
      return true;
    }

    @Override
    public void copy(int shard, int row, io.kindling.tensor.Batch batch, int at) {
      throw new IllegalArgumentException("There is no row.");
    }
  }
}
