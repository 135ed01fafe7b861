package io.kindling.tensorflow;

import io.kindling.engine.Program;
import io.kindling.network.Network;
import io.kindling.network.ParameterMirror;
import io.kindling.tensor.Batch;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.internal.c_api.TF_Tensor;

/** A network's graph in scoring mode. */
final class TensorFlowProgram implements Program {

  private final Network network;
  private final NativeScope scope;
  private final MirroredArray parameters;
  private final MirroredArray state;
  private final List<TF_Tensor> constant;
  private final NativeSession session;
  private final SessionCall outputs;
  private volatile boolean closed;

  /** Takes ownership of the session. */
  private TensorFlowProgram(
      Network network, NativeScope scope, NativeSession session, SessionCall outputs) {
    this.network = network;
    this.scope = scope;
    this.session = session;
    this.outputs = outputs;
    this.parameters = new MirroredArray(scope, network.parameters(), "parameters");
    this.state = new MirroredArray(scope, network.state(), "state");
    List<TF_Tensor> tensors = new ArrayList<>(parameters.tensors());
    tensors.addAll(state.tensors());
    this.constant = List.copyOf(tensors);
  }

  static TensorFlowProgram of(Network network, NativeScope scope, Hardware hardware) {
    try (ProgramGraph graph = new ProgramGraph(network)) {
      ProgramGraph.Computed computed = graph.compute(ProgramGraph.Mode.SCORING);
      return of(graph, computed, scope, NativeSession.of(graph.graph(), hardware));
    }
  }

  /** A program over a session that may compute more than outputs; takes ownership of it. */
  static TensorFlowProgram of(
      ProgramGraph graph, ProgramGraph.Computed scoring, NativeScope scope, NativeSession session) {
    Network network = graph.network();
    List<Output<?>> fetches = new ArrayList<>();
    for (TensorSpec output : network.outputs()) {
      Operand<?> operand = scoring.outputs().get(output.name());
      fetches.add(operand.asOutput());
    }
    SessionCall call = session.call(graph.feeds(network.inputs()), fetches);
    return new TensorFlowProgram(network, scope, session, call);
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public ParameterMirror parameters() {
    return parameters;
  }

  @Override
  public ParameterMirror state() {
    return state;
  }

  @Override
  public BatchMemory newBatch(int capacity) {
    return newBatch(network.inputs(), capacity);
  }

  BatchMemory newBatch(List<TensorSpec> columns, int capacity) {
    requireOpen();
    return new NativeBatch(scope, columns, capacity);
  }

  @Override
  public Outputs outputs(Batch batch) {
    NativeBatch rows = fed(batch, network.inputs());
    if (rows.rows() == 0) {
      return NativeOutputs.none(network.outputs());
    }
    Pointer[] fetched = new Pointer[outputs.fetchCount()];
    run(outputs, rows, fetched);
    return new NativeOutputs(
        scope,
        network.outputs(),
        rows.rows(),
        fetched,
        memory ->
            rows.contains(memory)
                || parameters.block().contains(memory)
                || state.block().contains(memory));
  }

  /** Feeds parameters, state and the batch's columns. */
  void run(SessionCall call, NativeBatch batch, Pointer[] fetched) {
    call.run(constant, batch.tensors(), fetched);
  }

  /** The batch as one that can be fed. */
  NativeBatch fed(Batch batch, List<TensorSpec> columns) {
    requireOpen();
    if (batch instanceof NativeBatch rows && rows.columns().equals(columns)) {
      return rows;
    }
    throw new IllegalArgumentException(
        "Batch does not match the program: it has the columns "
            + batch.columns()
            + " but expected "
            + columns
            + (batch instanceof NativeBatch
                ? "."
                : ", in native memory. Make batches with the program's newBatch or "
                    + "newTrainingBatch."));
  }

  NativeSession session() {
    return session;
  }

  NativeScope scope() {
    return scope;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The program is closed; it cannot compute.");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      outputs.close();
      session.close();
      parameters.close();
      state.close();
    }
  }
}
