package io.kindling.training;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.optimizer.RowGradient;
import io.kindling.optimizer.StepGradient;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One worker alone: the optimizer's step on its own gradients. */
public final class LocalUpdate implements ParameterUpdate {

  private Optimizer optimizer;
  private final TrainingProgram program;
  private final GradientForm form;
  private final float[] gradient;

  /** Borrows {@code program}, whose copies of the parameters it keeps up to date. */
  public LocalUpdate(Optimizer optimizer, TrainingProgram program) {
    this.optimizer = optimizer;
    this.program = program;
    this.form = GradientForm.of(program, optimizer);
    this.gradient = new float[form.denseSize()];
  }

  @Override
  public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows) {
    Gradients gradients =
        mine.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Invalid step: a worker alone holds every row of it."));
    long step = current.step() + 1;
    OptimizerState next =
        optimizer.update(
            current.optimizer(),
            step,
            form.read(gradients, gradient),
            current.parameters(),
            program.network().parameters(),
            program.parameters());
    if (current.networkState().length > 0) {
      gradients.readState(current.networkState(), 0);
      program.state().write(current.networkState(), 0, current.networkState().length);
    }
    return current.after(
        next,
        new TrainingState.StepMeasure(rows, gradients.loss(), gradients.metricSums().clone()));
  }

  /**
   * The state after a step in which this worker has no row, for a worker among others: a step on a
   * gradient of zero, so that what counts steps counts this one.
   *
   * @param nothing what is measured over no row
   */
  public TrainingState idle(TrainingState current, TrainingState.StepMeasure nothing) {
    Arrays.fill(gradient, 0);
    List<RowGradient> rows =
        form.sparse().stream()
            .map(view -> new RowGradient(view, new int[0], new float[0]))
            .toList();
    OptimizerState next =
        optimizer.update(
            current.optimizer(),
            current.step() + 1,
            new StepGradient(gradient, rows),
            current.parameters(),
            program.network().parameters(),
            program.parameters());
    return current.after(next, nothing);
  }

  @Override
  public void epochEnded(List<Double> losses) {
    optimizer = optimizer.afterEpochs(losses);
  }

  @Override
  public double[] sum(double[] mine) {
    return mine;
  }

  @Override
  public void close() {}
}
