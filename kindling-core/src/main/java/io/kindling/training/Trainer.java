package io.kindling.training;

import io.kindling.engine.Objective;
import io.kindling.engine.Program.BatchMemory;
import io.kindling.engine.TrainingProgram;
import io.kindling.metric.Evaluation;
import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.tensor.Batch;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final int rowKeyColumn;
  private final int groupColumn;

  public Trainer(
      TrainingPlan plan,
      TrainingProgram program,
      ParameterUpdate update,
      TrainingListener listener) {
    this.plan = plan;
    this.program = program;
    this.update = update;
    this.listener = listener;
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
   * stopped; the history then begins there, and with it what early stopping and a schedule like
   * {@code PlateauDecay} go by.
   *
   * @param training rows whose columns are the program's inputs and targets
   * @param validation rows that are scored after every epoch; may hold none
   * @throws ExchangeException if a round among the workers is lost
   * @throws IllegalArgumentException if there is no row to train on, here or elsewhere
   */
  public Result run(TrainingState start, ShardedRows training, ShardedRows validation)
      throws ExchangeException {
    if (training.rows() == 0) {
      throw new IllegalArgumentException("Cannot train on data without rows.");
    }
    program.parameters().write(start.parameters(), 0, start.parameters().length);
    program.state().write(start.networkState(), 0, start.networkState().length);
    List<EpochReport> reports = new ArrayList<>();
    StepLosses losses = new StepLosses();
    BestEpoch best = new BestEpoch(plan.stopping());
    TrainingState state = start;
    try (BatchMemory batch = program.newTrainingBatch(plan.batchSize())) {
      long epochSteps = (training.rows() + plan.batchSize() - 1) / plan.batchSize();
      for (int epoch = 1 + (int) (start.step() / epochSteps);
          epoch <= plan.epochs() && !best.isOver();
          epoch++) {
        long began = System.nanoTime();
        long stepBefore = state.step();
        EpochSums sums = new EpochSums(plan.objective());
        EpochOrder order = new EpochOrder(training, plan.batchSize(), plan.seed(), epoch);
        for (long done = (epoch - 1) * epochSteps; done < state.step(); done++) {
          order.next();
        }
        order.announceTo(training);
        while (order.next()) {
          Optional<Gradients> mine = gradients(training, order, batch, state.step());
          state = update.next(state, mine, order.rows());
          refuseLostLoss(state, epoch, mine, reports);
          losses.add(state.last().loss());
          sums.add(state.last());
          listener.stepped(epoch, state);
        }
        refuseLostNumbers(state.parameters(), program.network().parameters(), state);
        refuseLostNumbers(state.networkState(), program.network().state(), state);
        Optional<Evaluation> validated = validate(state, validation, batch);
        if (validated.isPresent() && !Double.isFinite(validated.get().loss())) {
          throw LostNumbers.ofValidation(validated.get().loss(), epoch);
        }
        EpochReport report =
            new EpochReport(
                epoch,
                state.step() - stepBefore,
                sums.evaluation(),
                validated,
                (System.nanoTime() - began) / 1e9);
        reports.add(report);
        best.ended(report, learned(state), state.networkState());
        update.epochEnded(losses(reports));
        listener.epochEnded(report);
      }
    }
    History history = new History(reports, losses.toArray());
    return best.isKept()
        ? new Result(state, best.learned(), best.networkState(), history)
        : new Result(state, learned(state), state.networkState(), history);
  }

  private static List<Double> losses(List<EpochReport> reports) {
    return reports.stream().map(EpochReport::loss).toList();
  }

  private float[] learned(TrainingState state) {
    return plan.optimizer().learned(state.optimizer(), state.parameters(), state.step());
  }

  /**
   * A loss may hide what is lost: the last step's was computed before its update, and a pooling
   * passes over what is no number.
   */
  private void refuseLostNumbers(float[] numbers, ParameterLayout layout, TrainingState state) {
    for (int i = 0; i < numbers.length; i++) {
      if (!Float.isFinite(numbers[i])) {
        throw LostNumbers.of(numbers[i], layout.nameAt(i), state, plan.optimizer());
      }
    }
  }

  /** A loss that is no number stays none, and the parameters with it: better to end with a word. */
  private void refuseLostLoss(
      TrainingState state, int epoch, Optional<Gradients> mine, List<EpochReport> reports) {
    if (!Double.isFinite(state.last().loss())) {
      throw LostNumbers.ofLoss(
          state,
          epoch,
          plan.optimizer().afterEpochs(losses(reports)),
          LostNumbers.describe(mine, program.network().parameters()));
    }
  }

  private Optional<Gradients> gradients(
      ShardedRows rows, EpochOrder order, Batch batch, long step) {
    int at = 0;
    int group = 0;
    for (int shard = 0; shard < rows.shards(); shard++) {
      if (!rows.holds(shard) || order.rows(shard) == 0) {
        continue;
      }
      for (int i = 0; i < order.rows(shard); i++) {
        int row = order.row(shard, i);
        rows.copy(shard, row, batch, at);
        markRow(batch, at, RowKey.of(plan.seed(), step, shard, row), group);
        at++;
      }
      group++;
    }
    batch.setRows(at);
    return at == 0 ? Optional.empty() : Optional.of(program.gradients(batch));
  }

  private void markRow(Batch batch, int at, long key, int group) {
    if (rowKeyColumn >= 0) {
      batch.column(rowKeyColumn).putInt(at * Integer.BYTES, (int) key);
    }
    if (groupColumn >= 0) {
      batch.column(groupColumn).putInt(at * Integer.BYTES, group);
    }
  }

  private Optional<Evaluation> validate(TrainingState state, ShardedRows rows, Batch batch)
      throws ExchangeException {
    if (rows.rows() == 0) {
      return Optional.empty();
    }
    float[] learned = learned(state);
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
    return plan.objective().evaluation(update.sum(sums), rows.rows());
  }

  /** The sums of an epoch's steps, in doubles because there may be millions. */
  private static final class EpochSums {
    private final Objective objective;
    private final double[] sums;
    private long rows;

    EpochSums(Objective objective) {
      this.objective = objective;
      this.sums = new double[1 + objective.accumulators()];
    }

    void add(TrainingState.StepMeasure step) {
      sums[0] += step.loss() * step.rows();
      for (int i = 0; i < step.metricSums().length; i++) {
        sums[1 + i] += step.metricSums()[i];
      }
      rows += step.rows();
    }

    Evaluation evaluation() {
      return objective.evaluation(sums, rows);
    }
  }

  /** A growing array of floats. */
  private static final class StepLosses {
    private float[] losses = new float[1024];
    private int size;

    void add(double loss) {
      if (size == losses.length) {
        losses = Arrays.copyOf(losses, size * 2);
      }
      losses[size++] = (float) loss;
    }

    float[] toArray() {
      return Arrays.copyOf(losses, size);
    }
  }
}
