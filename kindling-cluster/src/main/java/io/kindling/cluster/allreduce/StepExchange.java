package io.kindling.cluster.allreduce;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.StepGradient;
import io.kindling.training.GradientForm;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a rank brings to a synchronous step, and what all have brought once it is summed: one array
 * with the dense gradient, which comes first, and the new network state, both weighted by the share
 * of the step's rows that this worker computed, the loss likewise, and the metrics' sums.
 *
 * <p>Summed, it holds the gradient of the mean loss over the global batch, the row-weighted mean of
 * the new state, the mean loss, and the metrics of all rows. Of arrays with a sparse gradient, rows
 * travel by themselves, as {@link SparseRows} says.
 */
final class StepExchange {

  private static final int BLOCK = 8192;

  private final TrainingProgram program;
  private final int accumulators;
  private final GradientForm form;
  private final SparseRows sparse;
  private final int tail; // where the loss stands
  private final float[] array; // [gradient | state | loss | accumulators | counts of rows]

  StepExchange(Optimizer optimizer, TrainingProgram program, AllReduce allReduce) {
    this.program = program;
    this.accumulators = program.objective().accumulators();
    this.form = GradientForm.of(program, optimizer);
    this.sparse = new SparseRows(allReduce, form.sparse());
    this.tail = Math.addExact(form.denseSize(), program.network().state().size());
    this.array = new float[Math.addExact(tail, 1 + accumulators + sparse.counts())];
  }

  /** What is to be summed. */
  float[] array() {
    return array;
  }

  /** Floats of the dense gradient. */
  int denseSize() {
    return form.denseSize();
  }

  /**
   * Takes what this worker brings.
   *
   * @param mine empty if it holds no row of the step
   * @param rows of the step over all workers
   */
  void bring(Optional<Gradients> mine, int rows) {
    if (mine.isPresent()) {
      contribute(mine.get(), rows);
    } else {
      Arrays.fill(array, 0);
      sparse.forget();
    }
    sparse.count(array, counts());
  }

  private void contribute(Gradients gradients, int rows) {
    float share = (float) gradients.rows() / rows;
    for (int from = 0; from < form.denseSize(); from += BLOCK) {
      int length = Math.min(BLOCK, form.denseSize() - from);
      gradients.read(from, array, from, length);
      scale(from, from + length, share);
    }
    if (tail > form.denseSize()) {
      gradients.readState(array, form.denseSize());
      scale(form.denseSize(), tail, share);
    }
    array[tail] = gradients.loss() * share;
    System.arraycopy(gradients.metricSums(), 0, array, tail + 1, accumulators);
    sparse.take(form.readRows(gradients), share);
  }

  private void scale(int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      array[i] *= factor;
    }
  }

  private int counts() {
    return tail + 1 + accumulators;
  }

  /** The summed gradient; rows of tables are summed only now. */
  StepGradient gradient(long step) throws LostRoundException {
    return new StepGradient(array, sparse.sum(array, counts(), step));
  }

  /** Leaves the mean of the new network states in a state and in the program. */
  void writeState(TrainingState current) {
    int length = current.networkState().length;
    if (length > 0) {
      System.arraycopy(array, form.denseSize(), current.networkState(), 0, length);
      program.state().write(current.networkState(), 0, length);
    }
  }

  /** What the step measured over all rows. */
  StepMeasure measure(int rows) {
    return new StepMeasure(rows, array[tail], Arrays.copyOfRange(array, tail + 1, counts()));
  }
}
