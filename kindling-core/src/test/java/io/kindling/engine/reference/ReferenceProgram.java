package io.kindling.engine.reference;

import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.ReferencePass.Mode;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Gradients;
import io.kindling.network.LayerNetwork;
import io.kindling.network.ParameterMirror;
import io.kindling.tensor.Batch;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A network, its parameters in a plain array, and one pass per call. */
final class ReferenceProgram implements TrainingProgram {

  private final LayerNetwork network;
  private final Optional<Objective> objective;
  private final float[] parameters;
  private final float[] state;
  private final List<TensorSpec> trainingColumns = new ArrayList<>();

  ReferenceProgram(LayerNetwork network, Optional<Objective> objective) {
    this.network = network;
    this.objective = objective;
    this.parameters = new float[network.parameters().size()];
    this.state = new float[network.state().size()];
    trainingColumns.addAll(network.inputs());
    objective.ifPresent(its -> trainingColumns.addAll(its.targets()));
    if (network.drawsRandomNumbers()) {
      trainingColumns.add(ROW_KEY);
    }
    if (network.takesStatistics()) {
      trainingColumns.add(GROUP);
    }
  }

  @Override
  public LayerNetwork network() {
    return network;
  }

  @Override
  public Objective objective() {
    return objective.orElseThrow(
        () -> new IllegalStateException("This program was compiled to score, not to train."));
  }

  @Override
  public ParameterMirror parameters() {
    return (values, from, length) -> System.arraycopy(values, from, parameters, from, length);
  }

  @Override
  public ParameterMirror state() {
    return (values, from, length) -> System.arraycopy(values, from, state, from, length);
  }

  @Override
  public BatchMemory newBatch(int capacity) {
    return new ReferenceBatch(network.inputs(), capacity);
  }

  @Override
  public BatchMemory newTrainingBatch(int capacity) {
    return new ReferenceBatch(trainingColumns, capacity);
  }

  @Override
  public Gradients gradients(Batch batch) {
    if (batch.rows() == 0) {
      throw new IllegalArgumentException("Invalid batch: it has no rows.");
    }
    ReferencePass pass = pass(batch, Mode.TRAINING);
    Measured measured = measure(pass, batch);
    pass.backward(measured.losses());
    double[] sums = measured.sums();
    float[] metricSums = new float[sums.length - 1];
    for (int i = 0; i < metricSums.length; i++) {
      metricSums[i] = (float) sums[1 + i];
    }
    return new ReferenceGradients(
        batch.rows(),
        (float) (sums[0] / batch.rows()),
        metricSums,
        pass.parameterGradients(),
        pass.newState());
  }

  @Override
  public void evaluate(Batch batch, double[] sums) {
    double[] more = measure(pass(batch, Mode.SCORING), batch).sums();
    for (int i = 0; i < more.length; i++) {
      sums[i] += more[i];
    }
  }

  @Override
  public Outputs outputs(Batch batch) {
    ReferencePass pass = pass(batch, Mode.SCORING);
    List<ByteBuffer> columns = new ArrayList<>();
    for (TensorSpec output : network.outputs()) {
      double[] numbers = pass.value(output.name()).numbers();
      ByteBuffer column =
          ByteBuffer.allocateDirect(numbers.length * Float.BYTES).order(ByteOrder.nativeOrder());
      for (int i = 0; i < numbers.length; i++) {
        column.putFloat(i * Float.BYTES, (float) numbers[i]);
      }
      columns.add(column);
    }
    return new ReferenceOutputs(network.outputs(), batch.rows(), columns);
  }

  private ReferencePass pass(Batch batch, Mode mode) {
    ReferencePass pass =
        new ReferencePass(
            network,
            mode,
            parameters,
            state,
            batch.rows(),
            integers(batch, ROW_KEY),
            integers(batch, GROUP));
    for (TensorSpec input : network.inputs()) {
      pass.feed(input, ReferenceBatch.numbers(batch, batch.columns().indexOf(input)));
    }
    pass.forward();
    return pass;
  }

  private static int[] integers(Batch batch, TensorSpec column) {
    int index = batch.columns().indexOf(column);
    return index < 0
        ? new int[0]
        : Arrays.stream(ReferenceBatch.numbers(batch, index)).mapToInt(it -> (int) it).toArray();
  }

  /**
   * What the outputs cost.
   *
   * @param losses of each row, over all outputs
   * @param sums of the losses, then of the metrics of the first output that has a loss
   */
  private record Measured(Tensor losses, double[] sums) {}

  private Measured measure(ReferencePass pass, Batch batch) {
    Tensor losses = null;
    List<Double> sums = new ArrayList<>();
    int column = network.inputs().size();
    for (TensorSpec output : network.outputs()) {
      Loss loss = objective().losses().get(output.name());
      if (loss == null) {
        continue;
      }
      Tensor value = pass.value(output.name());
      Tensor target =
          loss.takesTarget()
              ? pass.column(loss.target(output), ReferenceBatch.numbers(batch, column++))
              : value;
      if (losses == null) {
        for (Metric metric : objective().metrics()) {
          Tensor ofRows = metric.ofRows(value, target, loss);
          sums(objective().isWeighted() ? ofRows.times(weights(pass, batch)) : ofRows)
              .forEach(sums::add);
        }
        if (objective().isWeighted() && !sums.isEmpty()) {
          sums(weights(pass, batch)).forEach(sums::add);
        }
      }
      Tensor more = loss.ofRows(value, target);
      losses = losses == null ? more : losses.plus(more);
    }
    if (objective().isWeighted()) {
      losses = losses.times(pass.column(Objective.WEIGHT, ReferenceBatch.numbers(batch, column)));
    }
    sums.addAll(0, sums(losses));
    return new Measured(losses, sums.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static Tensor weights(ReferencePass pass, Batch batch) {
    int column = batch.columns().indexOf(Objective.WEIGHT);
    return pass.column(Objective.WEIGHT, ReferenceBatch.numbers(batch, column));
  }

  /** Over the rows, each number by itself. */
  private static List<Double> sums(Tensor rows) {
    int size = rows.shape().size();
    Double[] sums = new Double[size];
    Arrays.fill(sums, 0.0);
    double[] numbers = ((ReferenceTensor) rows).numbers();
    for (int i = 0; i < numbers.length; i++) {
      sums[i % size] += numbers[i];
    }
    return List.of(sums);
  }

  @Override
  public void close() {}

  private record ReferenceOutputs(List<TensorSpec> columns, int rows, List<ByteBuffer> buffers)
      implements Outputs {

    @Override
    public ByteBuffer column(int index) {
      return buffers.get(index);
    }

    @Override
    public void close() {}
  }
}
