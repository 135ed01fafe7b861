package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphGetTensorNumDims;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphGetTensorShape;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphOperationByName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OperationNumOutputs;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OperationOutputType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionRun;

import io.kindling.predict.OpenRuns;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * A graph that was made elsewhere, in a session of its own with its variables and tables. Knows
 * tensors, {@code operation:output}; signatures are another's. Whoever makes one has checked the
 * graph: what is in it can be run.
 *
 * <p>May be run by many threads at once. Closing frees it once the runs have ended that are under
 * way.
 */
public final class LoadedGraph implements AutoCloseable {

  /** How values get into runs. */
  public enum Feeding {
    /** Direct buffers are read where they lie. */
    IN_PLACE,
    /** All are copied: for graphs that keep what they are fed beyond the run. */
    COPIED
  }

  /** What is fed and fetched, in order. */
  private record CallKey(List<String> feeds, List<String> fetches) {}

  private final NativeSession session;
  private final Feeding feeding;
  private final NativeScope memory = new NativeScope();
  private final OpenRuns runs;
  private final Map<CallKey, SessionCall> calls = new ConcurrentHashMap<>();

  /**
   * Gives a graph to TensorFlow.
   *
   * @param name for the message of use after close
   * @param definition a serialized {@code GraphDef}, in pieces that follow each other; copied
   * @param feeding how values are given to its runs
   * @param threads of one operation; 0 takes what the process has. The first engine decides for the
   *     process, see {@link TensorFlowEngine}
   * @param gpus numbers as CUDA counts them
   * @throws io.kindling.engine.EngineException if TensorFlow refuses it
   */
  public static LoadedGraph of(
      String name, List<ByteBuffer> definition, Feeding feeding, int threads, List<Integer> gpus) {
    NativeLibrary.prepare();
    ProcessThreads process =
        threads == 0 ? ProcessThreads.decided() : ProcessThreads.decide(threads);
    long length = definition.stream().mapToLong(ByteBuffer::remaining).sum();
    TF_Buffer buffer = TF_NewBuffer();
    try (BytePointer bytes = new BytePointer(Math.max(1, length))) {
      long at = 0;
      for (ByteBuffer piece : definition) {
        ByteBuffer source = piece.duplicate();
        int size = source.remaining();
        bytes.getPointer(at).capacity(size).asByteBuffer().put(source);
        at += size;
      }
      buffer.data(bytes).length(length);
      return new LoadedGraph(name, new NativeSession(buffer, new Hardware(process, gpus)), feeding);
    } finally {
      TF_DeleteBuffer(buffer);
    }
  }

  private LoadedGraph(String name, NativeSession session, Feeding feeding) {
    this.session = session;
    this.feeding = feeding;
    this.runs = new OpenRuns(name, this::free);
  }

  /** What its runs hold at this moment; nothing where none is under way. */
  public NativeScope memory() {
    return memory;
  }

  /**
   * What is known of a tensor.
   *
   * @param name by which its type shall be known
   * @return empty if there is no such tensor, or no value can have its element type
   */
  public Optional<TensorType> type(String tensor, String name) {
    runs.enter();
    try (TF_Output output = output(tensor)) {
      if (output.oper() == null || output.oper().isNull()) {
        return Optional.empty();
      }
      if (output.index() >= TF_OperationNumOutputs(output.oper())) {
        return Optional.empty();
      }
      Optional<ValueType> type = NativeValues.valueType(TF_OperationOutputType(output));
      return type.map(known -> new TensorType(name, known, dimensions(output)));
    } finally {
      runs.exit();
    }
  }

  @SuppressWarnings("try") // the scope frees what is made in it
  private Optional<List<Long>> dimensions(TF_Output output) {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      int rank = TF_GraphGetTensorNumDims(session.graph(), output, status);
      NativeSession.check(status, "read a shape");
      if (rank < 0) {
        return Optional.empty();
      }
      long[] sizes = new long[rank];
      if (rank > 0) {
        TF_GraphGetTensorShape(session.graph(), output, sizes, rank, status);
        NativeSession.check(status, "read a shape");
      }
      return Optional.of(Arrays.stream(sizes).boxed().toList());
    }
  }

  private TF_Output output(String tensor) {
    TensorName name = TensorName.of(tensor);
    TF_Operation operation = TF_GraphOperationByName(session.graph(), name.operation());
    TF_Output output = new TF_Output();
    output.oper(operation).index(name.output());
    return output;
  }

  /**
   * Computes tensors.
   *
   * @param feeds values by tensor; borrowed until this returns
   * @param fetches tensors by the names under which their values are returned
   * @return in the order of {@code fetches}; on the heap
   * @throws io.kindling.engine.EngineException if TensorFlow refuses, with its words
   * @throws IllegalStateException if this is closed
   */
  public Map<String, TensorValue> run(Map<String, TensorValue> feeds, Map<String, String> fetches) {
    runs.enter();
    try {
      SessionCall call =
          calls.computeIfAbsent(
              new CallKey(List.copyOf(feeds.keySet()), List.copyOf(fetches.values())),
              key -> prepare(key.feeds(), key.fetches()));
      return run(call, List.copyOf(feeds.values()), List.copyOf(fetches.keySet()));
    } finally {
      runs.exit();
    }
  }

  private SessionCall prepare(List<String> feeds, List<String> fetches) {
    return new SessionCall(session, outputs(feeds), feeds.size(), outputs(fetches), fetches.size());
  }

  private TF_Output outputs(List<String> tensors) {
    TF_Output array = new TF_Output(Math.max(1, tensors.size()));
    for (int i = 0; i < tensors.size(); i++) {
      TensorName name = TensorName.of(tensors.get(i));
      TF_Operation operation = TF_GraphOperationByName(session.graph(), name.operation());
      if (operation == null || operation.isNull()) {
        array.close();
        throw new IllegalArgumentException(
            "The graph has no operation '" + name.operation() + "'.");
      }
      array.position(i).oper(operation).index(name.output());
    }
    return array.position(0);
  }

  private Map<String, TensorValue> run(
      SessionCall call, List<TensorValue> values, List<String> names) {
    TF_Tensor[] fed = new TF_Tensor[values.size()];
    Pointer[] fetched = new Pointer[names.size()];
    try {
      for (int i = 0; i < fed.length; i++) {
        fed[i] =
            feeding == Feeding.COPIED
                ? NativeValues.copied(values.get(i))
                : NativeValues.tensor(values.get(i));
        memory.opened(values.get(i).bytes());
      }
      call.run(List.of(), fed, fetched);
      Map<String, TensorValue> outputs = new LinkedHashMap<>();
      for (int i = 0; i < fetched.length; i++) {
        outputs.put(names.get(i), NativeValues.value(fetched[i], names.get(i)));
      }
      return outputs;
    } finally {
      for (Pointer tensor : fetched) {
        if (tensor != null && !tensor.isNull()) {
          NativeValues.deleteFetched(tensor);
        }
      }
      for (int i = 0; i < fed.length; i++) {
        if (fed[i] != null) {
          fed[i].close();
          memory.closed(values.get(i).bytes());
        }
      }
    }
  }

  /**
   * Runs operations for what they do, such as restoring variables.
   *
   * @param feeds values by tensor
   * @param operations names, without {@code :0}
   * @throws io.kindling.engine.EngineException if TensorFlow refuses, with its words
   */
  public void runOperations(Map<String, TensorValue> feeds, List<String> operations) {
    runs.enter();
    List<TF_Tensor> fed = new ArrayList<>();
    try {
      feeds.values().forEach(value -> fed.add(NativeValues.copied(value)));
      runOperations(List.copyOf(feeds.keySet()), fed, operations);
    } finally {
      fed.forEach(TF_Tensor::close);
      runs.exit();
    }
  }

  @SuppressWarnings("try") // the scope frees what is made in it
  private void runOperations(List<String> feeds, List<TF_Tensor> fed, List<String> operations) {
    try (PointerScope scope = new PointerScope()) {
      PointerPointer<Pointer> in = new PointerPointer<>(Math.max(1, fed.size()));
      for (int i = 0; i < fed.size(); i++) {
        in.put(i, fed.get(i));
      }
      PointerPointer<Pointer> targets = new PointerPointer<>(operations.size());
      for (int i = 0; i < operations.size(); i++) {
        TF_Operation operation = TF_GraphOperationByName(session.graph(), operations.get(i));
        if (operation == null || operation.isNull()) {
          throw new IllegalArgumentException(
              "The graph has no operation '" + operations.get(i) + "'.");
        }
        targets.put(i, operation);
      }
      TF_Status status = TF_Status.newStatus();
      TF_SessionRun(
          session.handle(),
          session.runOptions(),
          outputs(feeds),
          in,
          fed.size(),
          new TF_Output(1),
          new PointerPointer<>(1),
          0,
          targets,
          operations.size(),
          (TF_Buffer) null,
          status);
      NativeSession.check(status, "run " + operations);
    }
  }

  private void free() {
    calls.values().forEach(SessionCall::close);
    session.close();
  }

  @Override
  public void close() {
    runs.close();
  }
}
