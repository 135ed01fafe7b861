package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.allreduce.Traffic;
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
import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.ReferenceEngine;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Served;
import io.kindling.training.Served.Placement;
import io.kindling.training.ShardedRows;
import io.kindling.training.StepClock;
import io.kindling.training.Trainer;
import io.kindling.training.TrainingListener;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Workers as threads over real sockets, with the reference engine. */
final class Gang {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final String job = "gang " + UUID.randomUUID(); // processes know gangs by it
  private final TrainingPlan plan;
  private final int workers;
  private final boolean isOneProcess;
  private final Function<Objective, TrainingProgram> engine;
  private final Traffic[] traffic;
  private final TrainingState[] reached;
  private long lossOfDriver = Long.MAX_VALUE;
  private long lossOfRank = Long.MAX_VALUE;

  /**
   * @param isOneProcess whether workers reach each other in memory
   */
  Gang(TrainingPlan plan, int workers, boolean isOneProcess) {
    this(plan, workers, isOneProcess, new ReferenceEngine()::compile);
  }

  Gang(
      TrainingPlan plan,
      int workers,
      boolean isOneProcess,
      Function<Objective, TrainingProgram> engine) {
    this.plan = plan;
    this.workers = workers;
    this.isOneProcess = isOneProcess;
    this.engine = engine;
    this.traffic = new Traffic[workers];
    this.reached = new TrainingState[workers];
  }

  /** Has the server in the driver close once rank 0 has done a step. */
  Gang losingDriverBehind(long step) {
    lossOfDriver = step;
    return this;
  }

  /** Has the last rank leave the others once it has done a step. */
  Gang losingRankBehind(long step) {
    lossOfRank = step;
    return this;
  }

  /** Where a rank agreed last with the others, whichever way its training has ended. */
  TrainingState reached(int rank) {
    return reached[rank];
  }

  /** What went over the links of a rank, whose training has ended. */
  Traffic traffic(int rank) {
    return traffic[rank];
  }

  /** Where each rank ends, by rank. */
  List<Trainer.Result> train(TrainingState start, IntFunction<ShardedRows> rows) throws Exception {
    InMemoryRendezvous rendezvous =
        isOneProcess
            ? new InMemoryRendezvous(job, 1, Collections.nCopies(workers, "process"))
            : new InMemoryRendezvous(job, 1, workers);
    Secret secret = Secret.random();
    Neighbours neighbours = new Neighbours();
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try (Driver driver = new Driver(secret)) {
      List<Future<Trainer.Result>> ranks = new ArrayList<>();
      for (int rank = 0; rank < workers; rank++) {
        int self = rank;
        Neighbours mine = isOneProcess ? neighbours : new Neighbours();
        ranks.add(
            threads.submit(() -> train(self, rendezvous, driver, mine, start, rows.apply(self))));
      }
      List<Trainer.Result> results = new ArrayList<>();
      for (Future<Trainer.Result> rank : ranks) {
        results.add(rank.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdown(); // whoever waits for another that has failed is told so
      threads.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      threads.shutdownNow();
    }
  }

  private Trainer.Result train(
      int rank,
      InMemoryRendezvous rendezvous,
      Driver driver,
      Neighbours neighbours,
      TrainingState start,
      ShardedRows rows)
      throws Exception {
    Transport transport =
        TcpTransport.of(Identity.rank(job, 1, rank), driver.secret, LinkSecurity.ENCRYPTED);
    try (Listener listener = transport.listen(PortRange.anyOn("127.0.0.1"));
        TrainingProgram program = engine.apply(plan.objective())) {
      Deadline deadline = Deadline.after(TIMEOUT);
      Membership members = rendezvous.join(rank, listener.address(), deadline);
      AllReduce allReduce = AllReduce.ring(members, transport, listener, deadline, TIMEOUT);
      traffic[rank] = allReduce.traffic();
      try (ParameterUpdate update =
          update(members, transport, driver, allReduce, neighbours, program)) {
        TrainingState own = start.copy();
        Trainer trainer = new Trainer(plan, program, update, listener(rank, driver, allReduce));
        try {
          return trainer.run(own, rows, new NoRows(rows.shards()));
        } finally {
          reached[rank] = trainer.state();
        }
      }
    }
  }

  private TrainingListener listener(int rank, Driver driver, AllReduce allReduce) {
    return new TrainingListener() {
      @Override
      public void stepped(int epoch, TrainingState state) {
        if (rank == 0 && state.step() == lossOfDriver) {
          driver.close();
        }
        if (rank == workers - 1 && state.step() == lossOfRank) {
          allReduce.close();
        }
      }
    };
  }

  private ParameterUpdate update(
      Membership members,
      Transport transport,
      Driver driver,
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
            served -> servers(served, members, transport, driver, allReduce, neighbours, program),
            new StepClock());
    return plan.strategy().accept(updates);
  }

  private Servers servers(
      Served served,
      Membership members,
      Transport transport,
      Driver driver,
      AllReduce allReduce,
      Neighbours neighbours,
      TrainingProgram program)
      throws ExchangeException {
    return served.placement() == Placement.DRIVER
        ? Servers.onDriver(
            served,
            plan.optimizer(),
            program,
            members,
            TcpTransport.of(
                Identity.worker(job, 70 + members.rank()), driver.secret, LinkSecurity.ENCRYPTED),
            driver.server.orElseThrow().address(),
            allReduce,
            Deadline.after(TIMEOUT),
            TIMEOUT)
        : Servers.link(
            served,
            plan.optimizer(),
            program,
            members,
            transport,
            PortRange.anyOn("127.0.0.1"),
            allReduce,
            Deadline.after(TIMEOUT),
            TIMEOUT,
            neighbours);
  }

  /** The server of a plan whose server is in the driver. */
  private final class Driver implements AutoCloseable {
    private final Secret secret;
    private final Optional<DriverServer> server;

    Driver(Secret secret) throws IOException {
      this.secret = secret;
      this.server =
          plan.strategy() instanceof Served served && served.placement() == Placement.DRIVER
              ? Optional.of(
                  DriverServer.open(
                      served,
                      plan.optimizer(),
                      plan.objective().network().parameters(),
                      TcpTransport.of(Identity.driver(job), secret, LinkSecurity.ENCRYPTED),
                      PortRange.anyOn("127.0.0.1"),
                      TIMEOUT))
              : Optional.empty();
    }

    @Override
    public void close() {
      server.ifPresent(DriverServer::close);
    }
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
