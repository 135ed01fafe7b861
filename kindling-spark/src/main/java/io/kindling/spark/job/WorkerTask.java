package io.kindling.spark.job;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.allreduce.AllReducedUpdate;
import io.kindling.cluster.rendezvous.DriverRendezvous;
import io.kindling.cluster.rendezvous.Failure;
import io.kindling.cluster.rendezvous.Heartbeats;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.rendezvous.Report;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.engine.Engine;
import io.kindling.engine.TrainingProgram;
import io.kindling.spark.event.WorkerStep;
import io.kindling.training.EpochReport;
import io.kindling.training.ExchangeException;
import io.kindling.training.LocalUpdate;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Trainer;
import io.kindling.training.TrainingListener;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * One rank's life in an executor: load the engine, read its shards, meet the others, train, report.
 */
final class WorkerTask {

  /** Between two reports to the driver. */
  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final WorkerOrder order;
  private final Secret secret;
  private final TrainingPlan plan;
  private final String host;
  private final AtomicReference<String> stopReason = new AtomicReference<>();
  private volatile AutoCloseable round = () -> {};
  private volatile String phase = "starting";
  private volatile long step;

  WorkerTask(WorkerOrder order, Secret secret) {
    this.order = order;
    this.secret = secret;
    this.plan = TrainingPlan.parse(order.plan());
    this.host = SparkEnv.get().blockManager().blockManagerId().host();
  }

  WorkerResult run(TaskContext context) throws Exception {
    Identity self = Identity.worker(order.job(), 0, order.rank());
    TcpTransport transport = TcpTransport.of(self, secret, order.security());
    Address driver = new Address(order.driverHost(), order.driverPort());
    Deadline joining = Deadline.after(Duration.ofSeconds(order.startTimeoutSeconds()));
    try (DriverRendezvous rendezvous =
            DriverRendezvous.at(driver, transport, Heartbeats.standard(), this::stop);
        Listener listener =
            transport.listen(PortRange.of(host, order.firstPort(), order.portRetries()))) {
      phase = "loading the engine";
      Engine engine = order.engine().engine();
      try (TrainingProgram program = engine.compile(plan.objective())) {
        phase = "joining";
        Membership members = rendezvous.join(order.rank(), listener.address(), joining);
        try {
          return train(
              context, program, update(members, transport, listener, program, joining), rendezvous);
        } catch (Exception | Error e) {
          tellDriver(rendezvous, e);
          throw e;
        }
      }
    }
  }

  private ParameterUpdate update(
      Membership members,
      TcpTransport transport,
      Listener listener,
      TrainingProgram program,
      Deadline deadline)
      throws IOException, ExchangeException {
    if (members.worldSize() == 1) {
      return new LocalUpdate(plan.optimizer(), program);
    }
    phase = "linking to the other workers";
    AllReduce allReduce = AllReduce.ring(members, transport, listener, deadline);
    return new AllReducedUpdate(plan.optimizer(), program, allReduce);
  }

  private WorkerResult train(
      TaskContext context,
      TrainingProgram program,
      ParameterUpdate update,
      DriverRendezvous rendezvous)
      throws ExchangeException, IOException {
    round = update;
    if (stopReason.get() != null) {
      stop(stopReason.get()); // said before there was a round to close
    }
    try (update;
        WorkerRows rows = rows()) {
      phase = "reading its shards";
      rows.hold(order.partitions().keySet());
      phase = "training";
      Trainer trainer = new Trainer(plan, program, update, new Reporter(context, rendezvous));
      Trainer.Result result = trainer.run(start(), rows.training(), rows.validation());
      return result(result);
    }
  }

  /** Where this rank's rows will be. */
  private WorkerRows rows() {
    return new WorkerRows(
        order.rank(),
        new KeptShards(order.shards().id()),
        order.training(),
        order.validation(),
        order.rowMemory().bytes(Runtime.getRuntime().maxMemory()),
        SpillFolder.ofSpark(SparkEnv.get()));
  }

  /** The state before the first step; its arrays are the training's own. */
  private TrainingState start() {
    return order.start() == null
        ? plan.initialState()
        : TrainingState.startingAt(
            order.start().parameters().clone(), order.start().state().clone(), plan.optimizer());
  }

  private WorkerResult result(Trainer.Result result) {
    TrainingState state = result.state();
    long checksum = checksum(state.parameters(), result.learned(), result.networkState());
    boolean first = order.rank() == 0;
    return new WorkerResult(
        order.rank(),
        checksum,
        first ? result.learned() : new float[0],
        first ? result.networkState() : new float[0],
        first ? result.history().toJson() : "");
  }

  private static long checksum(float[]... arrays) {
    CRC32C crc = new CRC32C();
    for (float[] array : arrays) {
      add(array, crc);
    }
    return crc.getValue();
  }

  private static void add(float[] array, CRC32C crc) {
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    for (int from = 0; from < array.length; from += block.capacity() / Float.BYTES) {
      int length = Math.min(block.capacity() / Float.BYTES, array.length - from);
      block.clear();
      block.asFloatBuffer().put(array, from, length);
      block.limit(length * Float.BYTES);
      crc.update(block);
    }
  }

  /** Called by the rendezvous: whoever waits for another worker is woken. */
  private void stop(String reason) {
    stopReason.compareAndSet(null, reason);
    try {
      round.close();
    } catch (Exception e) {
      throw new IllegalStateException("Failed to close the links of rank " + order.rank(), e);
    }
  }

  private void tellDriver(DriverRendezvous rendezvous, Throwable e) {
    if (stopReason.get() != null) {
      return;
    }
    boolean exchanging = e instanceof ExchangeException;
    Failure.Origin origin = exchanging ? Failure.Origin.OTHER : Failure.Origin.OWN;
    String doing = exchanging ? "waiting for the other workers" : phase;
    try {
      rendezvous.failed(new Failure(order.rank(), host, origin, doing, step, e.toString()));
    } catch (LinkException unreachable) {
      e.addSuppressed(unreachable);
    }
  }

  /**
   * Tells the driver how far rank 0 has come, and ends the training when Spark or the driver says
   * so.
   */
  private final class Reporter implements TrainingListener {

    private final TaskContext context;
    private final DriverRendezvous rendezvous;
    private final long rowsPerEpoch;
    private final long stepsPerEpoch;
    private long reportedNanos = System.nanoTime() - REPORT_NANOS;
    private long stepInEpoch;
    private long rows;

    Reporter(TaskContext context, DriverRendezvous rendezvous) {
      this.context = context;
      this.rendezvous = rendezvous;
      long sum = 0;
      for (int each : order.training()) {
        sum += each;
      }
      this.rowsPerEpoch = sum;
      this.stepsPerEpoch = (rowsPerEpoch + plan.batchSize() - 1) / plan.batchSize();
    }

    @Override
    public void stepped(int epoch, TrainingState state) {
      step = state.step();
      rendezvous.reachedStep(step);
      if (stopReason.get() != null) {
        throw new CancellationException(
            "Rank " + order.rank() + " stopped in step " + step + ": " + stopReason.get());
      }
      if (context.isInterrupted() || Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "Rank " + order.rank() + " was cancelled by Spark in step " + step + ".");
      }
      order
          .callback()
          .stepEnded(
              new WorkerStep(
                  order.rank(),
                  order.workers(),
                  epoch,
                  step,
                  state.last().rows(),
                  state.last().loss()));
      stepInEpoch++;
      rows += state.last().rows();
      if (order.rank() == 0 && System.nanoTime() - reportedNanos >= REPORT_NANOS) {
        reportedNanos = System.nanoTime();
        report(
            epoch,
            ProgressReport.ofStep(
                state.last(), plan.objective(), stepInEpoch, stepsPerEpoch, rows));
      }
    }

    @Override
    public void epochEnded(EpochReport report) {
      order.callback().epochEnded(order.rank(), report);
      stepInEpoch = 0;
      rows = 0;
      if (order.rank() == 0) {
        report(report.epoch(), ProgressReport.ofEpoch(report));
      }
    }

    private void report(int epoch, List<Double> values) {
      try {
        rendezvous.report(new Report(order.rank(), epoch, step, values));
      } catch (LinkException e) {
        throw new CancellationException(
            "Rank " + order.rank() + " lost the driver: " + e.getMessage());
      }
    }
  }
}
