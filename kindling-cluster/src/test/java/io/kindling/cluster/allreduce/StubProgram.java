package io.kindling.cluster.allreduce;

import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.network.Network;
import io.kindling.network.ParameterMirror;
import io.kindling.tensor.Batch;

/** A program whose parameters nobody reads. */
record StubProgram(Objective objective) implements TrainingProgram {

  @Override
  public Network network() {
    return objective.network();
  }

  @Override
  public ParameterMirror parameters() {
    return (values, from, length) -> {};
  }

  @Override
  public ParameterMirror state() {
    return (values, from, length) -> {};
  }

  @Override
  public BatchMemory newBatch(int capacity) {
    throw new UnsupportedOperationException();
  }

  @Override
  public BatchMemory newTrainingBatch(int capacity) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Outputs outputs(Batch batch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Gradients gradients(Batch batch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void evaluate(Batch batch, double[] sums) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
