package io.kindling.engine;

import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterSpec;
import io.kindling.tensor.Batch;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;

/**
 * A program that trains. Its batches have as columns the network's inputs, then the targets, then
 * those of {@link #ROW_KEY} and {@link #GROUP} that the network needs.
 *
 * <p>Belongs to one thread.
 */
public interface TrainingProgram extends Program {

  /**
   * A number per row from which random layers draw: equal keys give equal masks, whatever else is
   * in the batch. Present where a layer is random in training.
   */
  TensorSpec ROW_KEY = new TensorSpec("kindling/row_key", ElementType.INT32, Shape.scalar());

  /**
   * The ghost batch of a row: rows of one number, from 0 up, are normalised together. Present where
   * a layer takes batch statistics.
   */
  TensorSpec GROUP = new TensorSpec("kindling/group", ElementType.INT32, Shape.scalar());

  Objective objective();

  /** Memory for training batches, with the columns named above; the caller closes it. */
  BatchMemory newTrainingBatch(int capacity);

  /**
   * Gradients of the mean loss over the batch, which has 1 row at least. Borrowed until the next
   * call.
   */
  Gradients gradients(Batch batch);

  /**
   * Whether the gradients of an array name the rows they are about: where the array's {@link
   * ParameterSpec.GradientKind} is sparse and the network does nothing with it but look up rows.
   */
  default boolean isSparse(View view) {
    return false;
  }

  /**
   * Adds to {@code sums} what a training batch gives in scoring mode: the loss summed over its
   * rows, then each metric's accumulators.
   */
  void evaluate(Batch batch, double[] sums);
}
