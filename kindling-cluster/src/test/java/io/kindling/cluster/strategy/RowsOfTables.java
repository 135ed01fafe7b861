package io.kindling.cluster.strategy;

import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import io.kindling.network.ParameterSpec.GradientKind;
import io.kindling.tensor.Batch;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A program that names the rows its gradients of tables are about, as an engine does whose kernels
 * look rows up; the rows are told by what the reference engine finds. The first column of a batch
 * holds the numbers of rows.
 */
record RowsOfTables(TrainingProgram program, int lookups) implements TrainingProgram {

  @Override
  public boolean isSparse(View view) {
    return view.spec().gradient() == GradientKind.SPARSE;
  }

  @Override
  public Gradients gradients(Batch batch) {
    int[] rows =
        IntStream.range(0, batch.rows() * lookups)
            .map(i -> batch.column(0).getInt(i * Integer.BYTES))
            .distinct()
            .toArray();
    return new Rows(program.gradients(batch), rows);
  }

  private record Rows(Gradients gradients, int[] looked) implements Gradients {

    @Override
    public int rows() {
      return gradients.rows();
    }

    @Override
    public float loss() {
      return gradients.loss();
    }

    @Override
    public float[] metricSums() {
      return gradients.metricSums();
    }

    @Override
    public void read(int from, float[] into, int offset, int length) {
      gradients.read(from, into, offset, length);
    }

    @Override
    public Optional<int[]> rowsOf(View view) {
      return Optional.of(looked);
    }

    @Override
    public void readRows(View view, float[] into, int offset) {
      int width = view.rowSize();
      for (int i = 0; i < looked.length; i++) {
        gradients.read(view.offset() + looked[i] * width, into, offset + i * width, width);
      }
    }

    @Override
    public void readState(float[] into, int offset) {
      gradients.readState(into, offset);
    }
  }

  @Override
  public Objective objective() {
    return program.objective();
  }

  @Override
  public BatchMemory newTrainingBatch(int capacity) {
    return program.newTrainingBatch(capacity);
  }

  @Override
  public void evaluate(Batch batch, double[] sums) {
    program.evaluate(batch, sums);
  }

  @Override
  public Network network() {
    return program.network();
  }

  @Override
  public ParameterMirror parameters() {
    return program.parameters();
  }

  @Override
  public ParameterMirror state() {
    return program.state();
  }

  @Override
  public BatchMemory newBatch(int capacity) {
    return program.newBatch(capacity);
  }

  @Override
  public Outputs outputs(Batch batch) {
    return program.outputs(batch);
  }

  @Override
  public void close() {
    program.close();
  }
}
