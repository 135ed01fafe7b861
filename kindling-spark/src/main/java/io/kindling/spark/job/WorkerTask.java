package io.kindling.spark.job;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.allreduce.StateExchange;
import io.kindling.cluster.rendezvous.Call;
import io.kindling.cluster.rendezvous.DriverRendezvous;
import io.kindling.cluster.rendezvous.Heartbeats;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.rendezvous.Newcomer;
import io.kindling.cluster.strategy.Servers;
import io.kindling.cluster.strategy.WorkerUpdates;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.engine.TrainingProgram;
import io.kindling.spark.checkpoint.CheckpointWriter;
import io.kindling.training.Activity;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Position;
import io.kindling.training.Served;
import io.kindling.training.Trainer;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * One worker's life in an executor: load the engine, join, and then do as it is called: be a rank
 * of one generation after another, train in each from where the most advanced member stands, and
 * hand over the result or end.
 *
 * <p>State, rows and program outlive the generations.
 */
final class WorkerTask {

  /**
   * How much slower than the others a rank may be in a step. Whether it lives, its signs of life
   * say.
   */
  static final Duration ROUND = Duration.ofMinutes(30);

  /** For the links of a generation to stand; where they do not, another is formed. */
  private static final Duration LINKING = Duration.ofSeconds(4);

  private final WorkerOrder order;
  private final Secret secret;
  private final TaskContext context;
  private final TrainingPlan plan;
  private final Newcomer self;
  private final WorkerPulse pulse;
  private Optional<TrainingProgram> program = Optional.empty();
  private Optional<TrainingState> state = Optional.empty();
  private Optional<Trainer.Result> result = Optional.empty();
  private Optional<CheckpointWriter> checkpoints = Optional.empty();

  WorkerTask(WorkerOrder order, Secret secret, TaskContext context) {
    this.order = order;
    this.secret = secret;
    this.context = context;
    this.plan = TrainingPlan.parse(order.plan());
    this.self =
        new Newcomer(
            Math.toIntExact(context.taskAttemptId()),
            order.place(),
            SparkEnv.get().executorId(),
            SparkEnv.get().blockManager().blockManagerId().host());
    this.pulse = new WorkerPulse(order.callback());
  }

  WorkerResult run() throws IOException {
    try (WorkerRows rows = rows();
        DriverRendezvous driver = join()) {
      checkpoints = order.checkpoints(driver::complain);
      try {
        return obey(driver, rows);
      } catch (IOException | RuntimeException | Error e) {
        tellDriver(driver, e);
        throw e;
      } finally {
        checkpoints.ifPresent(CheckpointWriter::close);
        program.ifPresent(TrainingProgram::close);
      }
    }
  }

  private WorkerRows rows() {
    return new WorkerRows(
        order.place(),
        new KeptShards(order.shards()),
        order.rows().training(),
        order.rows().validation(),
        order.rowMemory().bytes(Runtime.getRuntime().maxMemory()),
        SpillFolder.ofSpark(SparkEnv.get()));
  }

  private DriverRendezvous join() throws LinkException {
    pulse.clock().begin(Activity.JOINING);
    return DriverRendezvous.join(
        transportToDriver(),
        new Address(order.driverHost(), order.driverPort()),
        self,
        Heartbeats.standard(),
        pulse::beat,
        pulse,
        Deadline.after(Duration.ofSeconds(order.startTimeoutSeconds())));
  }

  private TcpTransport transportToDriver() {
    return TcpTransport.of(Identity.worker(order.job(), self.number()), secret, order.security())
        .withRoute(order.route());
  }

  private WorkerResult obey(DriverRendezvous driver, WorkerRows rows) throws IOException {
    while (true) {
      Call call = driver.next();
      switch (call.kind()) {
        case FORM -> takePart(call, driver, rows);
        case DELIVER -> {
          checkpoints.ifPresent(CheckpointWriter::close);
          return WorkerResult.of(self.number(), result.orElseThrow());
        }
        case STOP -> {
          return WorkerResult.none(self.number());
        }
      }
    }
  }

  /** One generation; returns when it is over, whichever way. */
  private void takePart(Call call, DriverRendezvous driver, WorkerRows rows) throws IOException {
    TcpTransport transport =
        TcpTransport.of(
                Identity.rank(order.job(), call.generation(), call.rank()),
                secret,
                order.security())
            .withRoute(order.route());
    pulse.begin(call);
    try (GenerationScope scope = pulse.open(call.generation());
        Listener listener =
            transport.listen(PortRange.of(self.host(), order.firstPort(), order.portRetries()))) {
      scope.add(listener);
      pulse.clock().begin(Activity.READING);
      rows.hold(order.shardsOf(call.rank(), plan.strategy().learners(call.worldSize())));
      if (program.isEmpty()) {
        pulse.clock().begin(Activity.STARTING); // behind the rows, which may turn out to be lost
        program = Optional.of(order.engine().engine().compile(plan.objective()));
      }
      pulse.clock().begin(Activity.JOINING);
      Optional<Membership> members = driver.ready(call, listener.address(), position());
      if (members.isPresent()) {
        train(members.get(), transport, listener, scope, driver, rows);
      }
    } catch (LostShardException e) {
      driver.missing(call.generation(), e.getMessage());
    } catch (ExchangeException e) {
      throwIfCancelled(e);
      if (!driver.isOver(call.generation())) {
        driver.broken(call.generation(), e.getMessage());
      }
    }
    pulse.clock().begin(Activity.JOINING);
  }

  private void train(
      Membership members,
      TcpTransport transport,
      Listener listener,
      GenerationScope scope,
      DriverRendezvous driver,
      WorkerRows rows)
      throws ExchangeException {
    pulse.clock().begin(Activity.LINKING);
    WorkerReports reports =
        new WorkerReports(order, plan, members, driver, context, pulse, checkpoints);
    try (AllReduce allReduce = link(members, transport, listener, scope);
        ParameterUpdate update = update(members, transport, allReduce, scope)) {
      pulse.exchangesOver(allReduce.traffic());
      synchronize(members, allReduce, reports);
      Trainer trainer = new Trainer(plan, program.orElseThrow(), update, reports, pulse.clock());
      try {
        result = Optional.of(trainer.run(state.orElseThrow(), rows.training(), rows.validation()));
        reports.ended();
      } finally {
        state = Optional.ofNullable(trainer.state()).or(() -> state);
        reports.reportWork();
      }
      pulse.clock().begin(Activity.FINISHING);
      driver.done(members.generation(), WorkerResult.checksum(result.get()));
    }
  }

  private AllReduce link(
      Membership members, TcpTransport transport, Listener listener, GenerationScope scope)
      throws ExchangeException {
    try {
      AllReduce allReduce =
          AllReduce.ring(
              members,
              transport,
              listener,
              Deadline.after(LINKING),
              ROUND,
              plan.strategy().format());
      scope.add(allReduce);
      return allReduce;
    } catch (LinkException e) {
      throw new ExchangeException(e.getMessage(), e);
    }
  }

  private ParameterUpdate update(
      Membership members, TcpTransport transport, AllReduce allReduce, GenerationScope scope)
      throws ExchangeException {
    WorkerUpdates updates =
        new WorkerUpdates(
            plan.optimizer(),
            program.orElseThrow(),
            allReduce,
            served -> servers(served, members, transport, allReduce, scope),
            pulse.clock());
    return new EndableUpdate(plan.strategy().accept(updates), scope);
  }

  private Servers servers(
      Served served,
      Membership members,
      TcpTransport transport,
      AllReduce allReduce,
      GenerationScope scope)
      throws ExchangeException {
    Servers servers =
        switch (served.placement()) {
          case WORKERS ->
              Servers.link(
                  served,
                  plan.optimizer(),
                  program.orElseThrow(),
                  members,
                  transport,
                  PortRange.of(self.host(), order.firstPort(), order.portRetries()),
                  allReduce,
                  Deadline.after(LINKING),
                  ROUND);
          case DRIVER ->
              Servers.onDriver(
                  served,
                  plan.optimizer(),
                  program.orElseThrow(),
                  members,
                  transportToDriver(),
                  new Address(order.driverHost(), order.serverPort()),
                  allReduce,
                  Deadline.after(LINKING),
                  ROUND);
        };
    scope.add(servers);
    return servers;
  }

  /** Leaves every rank with the state of the most advanced; the first of them gives it. */
  private void synchronize(Membership members, AllReduce allReduce, WorkerReports reports)
      throws ExchangeException {
    boolean isNew = members.mostAdvanced().equals(Position.NONE);
    if (isNew && (members.rank() == 0 || !order.readsCheckpoints())) {
      pulse.clock().begin(Activity.READING);
      state = Optional.of(order.begin(plan));
      pulse.clock().begin(Activity.LINKING);
    }
    boolean allAlike =
        isNew
            ? !order.readsCheckpoints()
            : members.positions().stream().allMatch(members.mostAdvanced()::equals);
    if (!allAlike && members.worldSize() > 1) {
      state =
          Optional.of(
              StateExchange.broadcast(
                  allReduce, members.source(), state.orElse(null), members.generation()));
    }
    reports.catchUp(state.orElseThrow());
  }

  private Position position() {
    return state.map(TrainingState::position).orElse(Position.NONE);
  }

  private void throwIfCancelled(Exception e) {
    if (context.isInterrupted() || Thread.currentThread().isInterrupted()) {
      CancellationException cancelled =
          new CancellationException(
              self + " was cancelled by Spark in step " + pulse.beat().step() + ".");
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  private void tellDriver(DriverRendezvous driver, Throwable e) {
    boolean isCancelled = e instanceof CancellationException || e instanceof LinkException;
    if (!isCancelled) {
      driver.failed(pulse.beat().phase(), pulse.beat().step(), e.toString());
    }
  }
}
