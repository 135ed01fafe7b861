package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;

import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import io.kindling.tensor.Batch;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * A network's graph in training mode, its gradients, and its losses and metrics in scoring mode;
 * one session computes them all.
 */
final class TensorFlowTrainingProgram implements TrainingProgram {

  private final Objective objective;
  private final List<TensorSpec> trainingColumns;
  private final TensorFlowProgram scoring;
  private final SessionCall training;
  private final SessionCall evaluation;
  private final List<View> sparse;
  private final NativeGradients gradients;
  private final SortedGroups sorted; // null where no layer takes statistics

  private TensorFlowTrainingProgram(
      Objective objective,
      List<TensorSpec> trainingColumns,
      TensorFlowProgram scoring,
      SessionCall training,
      SessionCall evaluation,
      List<ParameterGradient> withGradient,
      SortedGroups sorted) {
    this.sorted = sorted;
    this.objective = objective;
    this.trainingColumns = trainingColumns;
    this.scoring = scoring;
    this.training = training;
    this.evaluation = evaluation;
    this.sparse =
        withGradient.stream()
            .filter(ParameterGradient::isSparse)
            .map(ParameterGradient::view)
            .toList();
    this.gradients =
        new NativeGradients(scoring.scope(), objective, withGradient, training.fetchCount());
  }

  static TensorFlowTrainingProgram of(Objective objective, NativeScope scope, Hardware hardware) {
    Network network = objective.network();
    List<TensorSpec> columns = new ArrayList<>(network.inputs());
    columns.addAll(objective.targets());
    if (network instanceof LayerNetwork layers) {
      if (layers.drawsRandomNumbers()) {
        columns.add(ROW_KEY);
      }
      if (layers.takesStatistics()) {
        columns.add(GROUP);
      }
    }
    List<TensorSpec> trainingColumns = List.copyOf(columns);
    try (ProgramGraph graph = new ProgramGraph(network)) {
      ObjectiveGraph drawn = ObjectiveGraph.draw(graph, objective, trainingColumns);
      NativeSession session = NativeSession.of(graph.graph(), hardware);
      return new TensorFlowTrainingProgram(
          objective,
          trainingColumns,
          TensorFlowProgram.of(graph, drawn.scoring(), scope, session),
          session.call(graph.feeds(trainingColumns), drawn.trainingFetches()),
          session.call(graph.feeds(trainingColumns), List.of(drawn.evaluation())),
          drawn.withGradient(),
          trainingColumns.contains(GROUP)
              ? new SortedGroups(objective, trainingColumns, hardware)
              : null);
    }
  }

  @Override
  public Objective objective() {
    return objective;
  }

  @Override
  public Network network() {
    return objective.network();
  }

  @Override
  public ParameterMirror parameters() {
    return scoring.parameters();
  }

  @Override
  public ParameterMirror state() {
    return scoring.state();
  }

  @Override
  public BatchMemory newBatch(int capacity) {
    return scoring.newBatch(capacity);
  }

  @Override
  public BatchMemory newTrainingBatch(int capacity) {
    return scoring.newBatch(trainingColumns, capacity);
  }

  @Override
  public Program.Outputs outputs(Batch batch) {
    return scoring.outputs(batch);
  }

  @Override
  public Gradients gradients(Batch batch) {
    NativeBatch rows = scoring.fed(batch, trainingColumns);
    if (rows.rows() == 0) {
      throw new IllegalArgumentException(
          "Invalid batch of 0 rows. Gradients of the mean loss need 1 row at least.");
    }
    gradients.forget();
    SessionCall special = sorted == null ? null : sorted.callFor(rows);
    Pointer[] fetched = new Pointer[training.fetchCount()];
    scoring.run(special == null ? training : special, rows, fetched);
    gradients.accept(fetched, rows.rows());
    return gradients;
  }

  @Override
  public boolean isSparse(View view) {
    return sparse.contains(view);
  }

  @Override
  public void evaluate(Batch batch, double[] sums) {
    int expected = 1 + objective.accumulators();
    if (sums.length != expected) {
      throw new IllegalArgumentException(
          "Invalid array of "
              + sums.length
              + " sums. The loss and its metrics keep "
              + expected
              + ".");
    }
    NativeBatch rows = scoring.fed(batch, trainingColumns);
    if (rows.rows() == 0) {
      return;
    }
    Pointer[] fetched = new Pointer[1];
    scoring.run(evaluation, rows, fetched);
    BytePointer data = new BytePointer(TF_TensorData(new TF_Tensor(fetched[0])));
    data.capacity((long) expected * Double.BYTES);
    DoubleBuffer computed = data.asByteBuffer().order(ByteOrder.nativeOrder()).asDoubleBuffer();
    for (int i = 0; i < expected; i++) {
      sums[i] += computed.get(i);
    }
    SessionCall.delete(fetched[0]);
  }

  @Override
  public void close() {
    gradients.close();
    if (sorted != null) {
      sorted.close();
    }
    training.close();
    evaluation.close();
    scoring.close();
  }
}
