package io.kindling.training;

import io.kindling.engine.Program.BatchMemory;
import io.kindling.engine.TrainingProgram;
import io.kindling.metric.Evaluation;
import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.tensor.Batch;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.List;
import java.util.Optional;

/**
 * One worker's training: feeds the rows it holds to a program, step by step in the order all
 * workers share, and lets a {@link ParameterUpdate} decide what comes next.
 *
 * <p>Belongs to one thread. Borrows all it is given.
 */
public final class Trainer {

  private final TrainingPlan plan;
  private final TrainingProgram program;
  private final ParameterUpdate update;
  private final TrainingListener listener;
  private final StepClock clock;
  private final int rowKeyColumn;
  private final int groupColumn;
  private TrainingState state;
  private Optional<TrainingState> agreed =
      Optional.empty(); // where workers agreed last, if they part

  public Trainer(
      TrainingPlan plan,
      TrainingProgram program,
      ParameterUpdate update,
      TrainingListener listener) {
    this(plan, program, update, listener, new StepClock());
  }

  /**
   * @param clock told what this worker does
   */
  public Trainer(
      TrainingPlan plan,
      TrainingProgram program,
      ParameterUpdate update,
      TrainingListener listener,
      StepClock clock) {
    this.plan = plan;
    this.program = program;
    this.update = update;
    this.listener = listener;
    this.clock = clock;
    try (BatchMemory probe = program.newTrainingBatch(1)) {
      this.rowKeyColumn = probe.columns().indexOf(TrainingProgram.ROW_KEY);
      this.groupColumn = probe.columns().indexOf(TrainingProgram.GROUP);
    }
  }

  /**
   * Where training ended, and how it went.
   *
   * @param state after the last step
   * @param learned the parameters to keep: those of the state, or what the optimizer averaged; of
   *     the best epoch where the plan stops early
   * @param networkState the mutable state that belongs to them
   */
  public record Result(
      TrainingState state, float[] learned, float[] networkState, History history) {}

  /**
   * Trains from a state to the end of the plan, or until its early stopping. A state with steps
   * done goes on behind them, in the middle of an epoch if need be, as if training had never
   * stopped.
   *
   * @param start its arrays become the training's own
   * @param training rows whose columns are the program's inputs and targets
   * @param validation rows that are scored after every epoch; may hold none
   * @throws ExchangeException if a round among the workers is lost; {@link #state} then says how
   *     far training came
   * @throws IllegalArgumentException if there is no row to train on, here or elsewhere
   */
  public Result run(TrainingState start, ShardedRows training, ShardedRows validation)
      throws ExchangeException {
    if (training.rows() == 0) {
      throw new IllegalArgumentException("Cannot train on data without rows.");
    }
    state = start;
    program.parameters().write(start.parameters(), 0, start.parameters().length);
    program.state().write(start.networkState(), 0, start.networkState().length);
    if (!start.progress().epochs().isEmpty()) {
      update.epochEnded(start.progress().losses());
    }
    keepIfWorkersPart();
    try (BatchMemory batch = program.newTrainingBatch(plan.batchSize())) {
      while (!isOver()) {
        train(training, batch);
        endEpoch(validation, batch);
      }
    }
    BestEpoch best = state.progress().best();
    return plan.stopping().isOn() && best.isKept()
        ? new Result(state, best.learned(), best.networkState(), state.progress().history())
        : new Result(state, learned(), state.networkState(), state.progress().history());
  }

  /**
   * After the last step behind which all workers agreed; whole even where {@link #run} has thrown.
   */
  public TrainingState state() {
    return agreed.orElse(state);
  }

  private void keepIfWorkersPart() {
    if (update.goesApart()) {
      agreed = Optional.of(state.copy());
    }
  }

  private boolean isOver() {
    Progress progress = state.progress();
    return progress.epoch() > plan.epochs() || progress.best().isOver(plan.stopping());
  }

  /** The steps of the epoch that are left to do. */
  private void train(ShardedRows training, Batch batch) throws ExchangeException {
    Progress progress = state.progress();
    int epoch = progress.epoch();
    EpochOrder order = new EpochOrder(training, plan.batchSize(), plan.seed(), epoch);
    for (int done = 0; done < progress.stepsInEpoch(); done++) {
      order.next();
    }
    order.announceTo(training);
    long began = System.nanoTime();
    while (order.next()) {
      Optional<Gradients> mine = gradients(training, order, batch);
      clock.begin(Activity.EXCHANGING);
      TrainingState next = update.next(state, mine, order.rows());
      clock.begin(Activity.OTHER);
      refuseLostLoss(next, epoch, mine);
      state = next;
      long now = System.nanoTime();
      boolean agrees = count(now - began);
      began = agrees ? now : began;
      listener.stepped(epoch, state);
      if (agrees) {
        listener.agreed(epoch, state);
      }
    }
    if (update.goesApart()) {
      clock.begin(Activity.EXCHANGING);
      state = update.agree(state);
      clock.begin(Activity.OTHER);
      if (count(System.nanoTime() - began)) {
        listener.agreed(epoch, state);
      }
    }
  }

  /** Takes in what all workers have measured, if they agree; whether they do. */
  private boolean count(long nanos) {
    List<StepMeasure> measured = update.agreed(state);
    if (measured.isEmpty()) {
      return false;
    }
    for (StepMeasure each : measured) {
      state.progress().stepped(each, nanos / measured.size());
    }
    keepIfWorkersPart();
    return true;
  }

  private void endEpoch(ShardedRows validation, Batch batch) throws ExchangeException {
    Progress progress = state.progress();
    long began = System.nanoTime();
    refuseLostNumbers(state.parameters(), program.network().parameters());
    refuseLostNumbers(state.networkState(), program.network().state());
    clock.begin(Activity.VALIDATING);
    Optional<Evaluation> validated = validate(validation, batch);
    clock.begin(Activity.OTHER);
    if (validated.isPresent() && !Double.isFinite(validated.get().loss())) {
      throw LostNumbers.ofValidation(validated.get().loss(), progress.epoch());
    }
    EpochReport report = progress.report(plan.objective(), validated, System.nanoTime() - began);
    progress.ended(
        report,
        progress.best().after(plan.stopping(), report.loss(), learned(), state.networkState()));
    update.epochEnded(progress.losses());
    keepIfWorkersPart();
    listener.epochEnded(report);
  }

  private float[] learned() {
    return plan.optimizer().learned(state.optimizer(), state.parameters(), state.step());
  }

  /**
   * A loss may hide what is lost: the last step's was computed before its update, and a pooling
   * passes over what is no number.
   */
  private void refuseLostNumbers(float[] numbers, ParameterLayout layout) {
    for (int i = 0; i < numbers.length; i++) {
      if (!Float.isFinite(numbers[i])) {
        throw LostNumbers.of(numbers[i], layout.nameAt(i), state, plan.optimizer());
      }
    }
  }

  /** A loss that is no number stays none, and the parameters with it: better to end with a word. */
  private void refuseLostLoss(TrainingState next, int epoch, Optional<Gradients> mine) {
    if (!Double.isFinite(next.last().loss())) {
      throw LostNumbers.ofLoss(
          next,
          epoch,
          plan.optimizer().afterEpochs(next.progress().losses()),
          LostNumbers.describe(mine, program.network().parameters()));
    }
  }

  private Optional<Gradients> gradients(ShardedRows rows, EpochOrder order, Batch batch) {
    clock.begin(Activity.FEEDING);
    int at = 0;
    int group = 0;
    for (int shard = 0; shard < rows.shards(); shard++) {
      if (!rows.holds(shard) || order.rows(shard) == 0) {
        continue;
      }
      for (int i = 0; i < order.rows(shard); i++) {
        int row = order.row(shard, i);
        rows.copy(shard, row, batch, at);
        markRow(batch, at, RowKey.of(plan.seed(), state.step(), shard, row), group);
        at++;
      }
      group++;
    }
    batch.setRows(at);
    if (at == 0) {
      return Optional.empty();
    }
    clock.begin(Activity.COMPUTING);
    return Optional.of(program.gradients(batch));
  }

  private void markRow(Batch batch, int at, long key, int group) {
    if (rowKeyColumn >= 0) {
      batch.column(rowKeyColumn).putInt(at * Integer.BYTES, (int) key);
    }
    if (groupColumn >= 0) {
      batch.column(groupColumn).putInt(at * Integer.BYTES, group);
    }
  }

  private Optional<Evaluation> validate(ShardedRows rows, Batch batch) throws ExchangeException {
    if (rows.rows() == 0) {
      return Optional.empty();
    }
    float[] learned = learned();
    boolean isAverage = learned != state.parameters();
    if (isAverage) {
      program.parameters().write(learned, 0, learned.length);
    }
    Evaluation evaluation = evaluate(rows, batch);
    if (isAverage) {
      program.parameters().write(state.parameters(), 0, learned.length);
    }
    return Optional.of(evaluation);
  }

  private Evaluation evaluate(ShardedRows rows, Batch batch) throws ExchangeException {
    double[] sums = new double[1 + plan.objective().accumulators()];
    int at = 0;
    for (int shard = 0; shard < rows.shards(); shard++) {
      for (int row = 0; rows.holds(shard) && row < rows.rows(shard); row++) {
        rows.copy(shard, row, batch, at);
        markRow(batch, at, 0, 0);
        at++;
        if (at == batch.capacity()) {
          batch.setRows(at);
          program.evaluate(batch, sums);
          at = 0;
        }
      }
    }
    if (at > 0) {
      batch.setRows(at);
      program.evaluate(batch, sums);
    }
    clock.begin(Activity.EXCHANGING);
    double[] all = update.sum(sums);
    clock.begin(Activity.VALIDATING);
    return plan.objective().evaluation(all, rows.rows());
  }
}
