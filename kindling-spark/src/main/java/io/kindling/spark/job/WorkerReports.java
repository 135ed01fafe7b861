package io.kindling.spark.job;

import io.kindling.cluster.rendezvous.DriverRendezvous;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.rendezvous.Report;
import io.kindling.spark.checkpoint.CheckpointWriter;
import io.kindling.spark.event.StepTimes;
import io.kindling.spark.event.WorkerStep;
import io.kindling.training.Activity;
import io.kindling.training.EpochReport;
import io.kindling.training.Progress;
import io.kindling.training.TrainingListener;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;

/**
 * Tells callbacks and the driver how far a worker has come, and ends the training when Spark says
 * so. One per generation.
 */
final class WorkerReports implements TrainingListener {

  /** Between two reports to the driver. */
  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Between two reports of work. */
  private static final long WORK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final WorkerOrder order;
  private final TrainingPlan plan;
  private final Membership members;
  private final DriverRendezvous driver;
  private final TaskContext context;
  private final WorkerPulse pulse;
  private final Optional<CheckpointWriter> checkpoints;
  private final long stepsPerEpoch;
  private TrainingState last;
  private StepTimes work = StepTimes.NONE;
  private long workReportedNanos = System.nanoTime();
  private long reportedNanos = System.nanoTime() - REPORT_NANOS;

  WorkerReports(
      WorkerOrder order,
      TrainingPlan plan,
      Membership members,
      DriverRendezvous driver,
      TaskContext context,
      WorkerPulse pulse,
      Optional<CheckpointWriter> checkpoints) {
    this.order = order;
    this.plan = plan;
    this.members = members;
    this.driver = driver;
    this.context = context;
    this.pulse = pulse;
    this.checkpoints = checkpoints.filter(unused -> members.rank() == 0);
    this.stepsPerEpoch = (order.trainingRows() + plan.batchSize() - 1) / plan.batchSize();
  }

  /** Tells what rank 0 may have told no one, because it was lost. */
  void catchUp(TrainingState state) {
    last = state;
    pulse.reached(state.step());
    checkpoints.ifPresent(each -> each.begin(state.position()));
    if (members.rank() == 0) {
      state
          .progress()
          .epochs()
          .forEach(each -> report(each.epoch(), state.step(), ProgressReport.ofEpoch(each)));
    }
  }

  @Override
  public void stepped(int epoch, TrainingState state) {
    pulse.reached(state.step());
    if (context.isInterrupted() || Thread.currentThread().isInterrupted()) {
      throw new CancellationException(
          "Rank " + members.rank() + " was cancelled by Spark in step " + state.step() + ".");
    }
    StepTimes times = pulse.takeStep();
    order
        .callback()
        .stepEnded(
            new WorkerStep(
                members.rank(),
                members.worldSize(),
                epoch,
                state.step(),
                state.last().rows(),
                state.last().loss(),
                times));
    work = work.plus(times);
    if (System.nanoTime() - workReportedNanos >= WORK_NANOS) {
      reportWork();
    }
  }

  @Override
  public void agreed(int epoch, TrainingState state) {
    last = state;
    checkpointIfDue();
    if (members.rank() == 0 && System.nanoTime() - reportedNanos >= REPORT_NANOS) {
      reportedNanos = System.nanoTime();
      Progress progress = state.progress();
      report(
          epoch,
          state.step(),
          ProgressReport.ofStep(
              state.last(),
              plan.objective(),
              progress.stepsInEpoch(),
              stepsPerEpoch,
              progress.rowsInEpoch()));
    }
  }

  /** Workers agree here. */
  @Override
  public void epochEnded(EpochReport report) {
    order.callback().epochEnded(members.rank(), report);
    checkpointIfDue();
    if (members.rank() == 0) {
      report(report.epoch(), pulse.beat().step(), ProgressReport.ofEpoch(report));
    }
  }

  /** Leaves the checkpoint of the end. */
  void ended() {
    if (checkpoints.isPresent()) {
      pulse.clock().begin(Activity.CHECKPOINTING);
      checkpoints.get().writeLast(last);
    }
  }

  /** Tells what has been done since it was told last. */
  void reportWork() {
    workReportedNanos = System.nanoTime();
    report(last.progress().epochs().size() + 1, last.step(), ProgressReport.ofWork(work));
    work = StepTimes.NONE;
  }

  private void checkpointIfDue() {
    if (checkpoints.filter(each -> each.isDue(last.position())).isPresent()) {
      pulse.clock().begin(Activity.CHECKPOINTING);
      checkpoints.get().write(last);
      pulse.clock().begin(Activity.OTHER);
    }
  }

  private void report(int epoch, long step, List<Double> values) {
    driver.report(new Report(members.rank(), epoch, step, values));
  }
}
