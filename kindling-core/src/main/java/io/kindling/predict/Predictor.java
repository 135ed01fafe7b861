package io.kindling.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Scores with a model from any number of threads, without Spark:
 *
 * <pre>{@code
 * try (Predictor predictor = Predictor.load(Path.of("/models/fashion"))) {
 *   Map<String, TensorValue> outputs =
 *       predictor.predict(Map.of("x", TensorValue.ofFloats(pixels, 1, 784)));
 * }
 * }</pre>
 *
 * <p>Calls compute in the threads of their callers, as many at once as {@link PredictorOptions}
 * says; a few more wait for their turn, and others are refused at once, so that memory and latency
 * have bounds under any load. Every wait has an end: a call waits at most its patience, and the
 * delay of micro-batching, before it computes; it computes as long as the engine takes.
 */
public final class Predictor implements AutoCloseable {

  private final LoadOptions loadOptions;
  private final PredictorOptions options;
  private final AtomicReference<ServedModel> served;
  private final Semaphore turns;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicLong heldBytes = new AtomicLong();
  private final Object joining = new Object();
  private final Map<JoinedCall.Key, JoinedCall> open = new HashMap<>();

  private final Latencies latencies = new Latencies();
  private final LongAdder failed = new LongAdder();
  private final LongAdder calls = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder runs = new LongAdder();
  private final LongAdder loads = new LongAdder();

  private Predictor(LoadedModel model, LoadOptions loadOptions, PredictorOptions options) {
    this.loadOptions = loadOptions;
    this.options = options;
    this.served = new AtomicReference<>(new ServedModel(model));
    this.turns = new Semaphore(options.concurrency(), true);
    loads.increment();
  }

  /**
   * Loads a model of any format, with all defaults.
   *
   * @throws RefusedModelException if the file is no model, or one that is not allowed
   * @throws IOException if it cannot be read
   */
  public static Predictor load(Path path) throws IOException {
    return load(path, LoadOptions.defaults(), PredictorOptions.defaults());
  }

  /** Loads a model of any format. */
  public static Predictor load(Path path, LoadOptions loadOptions, PredictorOptions options)
      throws IOException {
    return new Predictor(Models.load(path, loadOptions), loadOptions, options);
  }

  /** Serves a model that is loaded already; takes ownership of it. */
  public static Predictor of(LoadedModel model, PredictorOptions options) {
    return new Predictor(model, LoadOptions.defaults(), options);
  }

  /** What the files of the model say that serves at this moment. */
  public ModelDescription description() {
    return current().model().description();
  }

  /** All outputs of the default signature. */
  public Map<String, TensorValue> predict(Map<String, TensorValue> inputs) {
    return predict(ModelDescription::defaultSignature, inputs, ModelSignature::outputNames);
  }

  /**
   * Some outputs of a signature.
   *
   * @param inputs by name; borrowed until this returns
   * @throws IllegalArgumentException if the inputs do not fit the signature
   * @throws OverloadedException if too many calls are under way, or this one waited too long
   * @throws CancellationException if the thread is interrupted while it waits
   * @throws io.kindling.engine.EngineException if the engine refuses to compute
   * @throws IllegalStateException if this is closed
   */
  public Map<String, TensorValue> predict(
      String signature, Map<String, TensorValue> inputs, List<String> outputs) {
    return predict(description -> description.signature(signature), inputs, called -> outputs);
  }

  /** Asks for signature and outputs the very model that answers, whatever replaces it meanwhile. */
  private Map<String, TensorValue> predict(
      Function<ModelDescription, ModelSignature> signature,
      Map<String, TensorValue> inputs,
      Function<ModelSignature, List<String>> outputs) {
    long started = System.nanoTime();
    ServedModel mine = enter();
    boolean isAnswered = false;
    try {
      ModelSignature called = signature.apply(mine.model().description());
      List<String> asked = outputs.apply(called);
      called.requireInputs(inputs);
      asked.forEach(called::output);
      Map<String, TensorValue> answer = admitted(mine, called, inputs, asked);
      isAnswered = true;
      calls.increment();
      rows.add(rowsOf(inputs));
      latencies.record(System.nanoTime() - started);
      return answer;
    } catch (OverloadedException e) {
      refused.increment();
      isAnswered = true;
      throw e;
    } finally {
      mine.calls().exit();
      if (!isAnswered) {
        failed.increment();
      }
    }
  }

  private ServedModel current() {
    ServedModel mine = served.get();
    if (mine == null) {
      throw new IllegalStateException("The predictor is closed; it cannot be asked.");
    }
    return mine;
  }

  /** The model of a call, which is not closed before the call ends. */
  private ServedModel enter() {
    ServedModel mine = current();
    while (!mine.calls().tryEnter()) {
      // It was replaced between the two lines: its successor is there already.
      mine = current();
    }
    return mine;
  }

  private static long rowsOf(Map<String, TensorValue> inputs) {
    return inputs.isEmpty() ? 1 : inputs.values().iterator().next().rowCount();
  }

  private Map<String, TensorValue> admitted(
      ServedModel mine,
      ModelSignature signature,
      Map<String, TensorValue> inputs,
      List<String> outputs) {
    long bytes = inputs.values().stream().mapToLong(TensorValue::bytes).sum();
    int others = underWay.getAndIncrement();
    long before = heldBytes.getAndAdd(bytes);
    try {
      if (others >= options.concurrency() + (long) options.queue()) {
        throw new OverloadedException(
            "The predictor refuses the call: %d compute and %d wait already, which is all it takes. Try again later."
                .formatted(options.concurrency(), others - options.concurrency()));
      }
      if (before > 0 && before + bytes > options.memory()) {
        throw new OverloadedException(
            "The predictor refuses the call: it holds %d bytes of inputs, and %d more pass its %d. Try again later, or with fewer rows."
                .formatted(before, bytes, options.memory()));
      }
      if (options.microBatching().isPresent() && mine.isJoinable(signature)) {
        return joined(mine, signature.name(), inputs, outputs, options.microBatching().get());
      }
      return alone(mine, signature.name(), inputs, outputs);
    } finally {
      heldBytes.addAndGet(-bytes);
      underWay.decrementAndGet();
    }
  }

  private Map<String, TensorValue> alone(
      ServedModel mine, String signature, Map<String, TensorValue> inputs, List<String> outputs) {
    try {
      if (!turns.tryAcquire(options.patience().toNanos(), TimeUnit.NANOSECONDS)) {
        throw waitedTooLong();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    try {
      runs.increment();
      return mine.model().run(signature, inputs, outputs);
    } finally {
      turns.release();
    }
  }

  private OverloadedException waitedTooLong() {
    return new OverloadedException(
        "The predictor refuses the call: it waited %s for one of %d turns. Try again later."
            .formatted(text(options.patience()), options.concurrency()));
  }

  private static String text(Duration duration) {
    return duration.toMillis() + " ms";
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("Interrupted while the call waited for its turn.");
  }

  private Map<String, TensorValue> joined(
      ServedModel mine,
      String signature,
      Map<String, TensorValue> inputs,
      List<String> outputs,
      MicroBatching batching) {
    long count = rowsOf(inputs);
    boolean hasRows =
        inputs.values().stream().allMatch(value -> value.rank() > 0 && value.rowCount() == count);
    if (!hasRows || count == 0 || count >= batching.maxRows()) {
      return alone(mine, signature, inputs, outputs);
    }
    JoinedCall.Member member = new JoinedCall.Member(inputs, count);
    Optional<JoinedCall> led = join(key(mine, signature, inputs, outputs), member, batching);
    led.ifPresent(call -> lead(call, batching));
    try {
      // The leader answers or fails every member, and all its own waits have ends.
      Optional<Map<String, TensorValue>> answer = member.answer().get();
      return answer.isPresent() ? answer.get() : alone(mine, signature, inputs, outputs);
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof OverloadedException overloaded) {
      // Each caller gets one of its own: suppressed exceptions and traces are the caller's.
      return new OverloadedException(overloaded.getMessage());
    }
    if (cause instanceof RuntimeException e) {
      return e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return new IllegalStateException(cause);
  }

  private static JoinedCall.Key key(
      ServedModel mine, String signature, Map<String, TensorValue> inputs, List<String> outputs) {
    Map<String, JoinedCall.Row> rows = new HashMap<>();
    inputs.forEach((name, value) -> rows.put(name, value.row()));
    return new JoinedCall.Key(mine, signature, List.copyOf(outputs), rows);
  }

  /** Joins calls that are open, or opens one to lead. */
  private Optional<JoinedCall> join(
      JoinedCall.Key key, JoinedCall.Member member, MicroBatching batching) {
    synchronized (joining) {
      JoinedCall call = open.get(key);
      if (call != null && call.rows() + member.rows() > batching.maxRows()) {
        open.remove(key);
        call.fill();
        call = null;
      }
      boolean leads = call == null;
      if (leads) {
        call = new JoinedCall(key);
        open.put(key, call);
      }
      call.add(member);
      if (call.rows() == batching.maxRows()) {
        open.remove(key);
        call.fill();
      }
      return leads ? Optional.of(call) : Optional.empty();
    }
  }

  private void lead(JoinedCall call, MicroBatching batching) {
    call.awaitOthers(batching.maxDelay().toNanos());
    boolean hasTurn = acquireTurn();
    try {
      synchronized (joining) {
        open.remove(call.key(), call);
      }
      if (hasTurn) {
        runs.increment();
        call.compute();
      } else {
        call.fail(waitedTooLong());
      }
    } finally {
      if (hasTurn) {
        turns.release();
      }
    }
  }

  /** Waits for a turn, for others too: an interrupt is kept for later. */
  private boolean acquireTurn() {
    long deadline = System.nanoTime() + options.patience().toNanos();
    boolean wasInterrupted = false;
    try {
      while (true) {
        try {
          return turns.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          wasInterrupted = true;
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Replaces the model. Calls that are under way end with the old one, which is closed behind the
   * last of them; calls that come later take the new one. If it cannot be loaded, the old one
   * serves on.
   *
   * @throws RefusedModelException if the file is no model, or one that is not allowed
   * @throws IOException if it cannot be read
   * @throws IllegalStateException if this is closed
   */
  public void reload(Path path) throws IOException {
    replace(Models.load(path, loadOptions));
  }

  /** Replaces the model by one that is loaded already; takes ownership of it. */
  public void replace(LoadedModel model) {
    ServedModel next = new ServedModel(model);
    ServedModel before;
    do {
      before = served.get();
      if (before == null) {
        model.close();
        throw new IllegalStateException("The predictor is closed; it takes no other model.");
      }
    } while (!served.compareAndSet(before, next));
    loads.increment();
    before.calls().close();
  }

  /** What was done so far. */
  public PredictorMetrics metrics() {
    return new PredictorMetrics(
        calls.sum(),
        failed.sum(),
        refused.sum(),
        rows.sum(),
        runs.sum(),
        loads.sum(),
        underWay.get(),
        latencies.percentile(0.5),
        latencies.percentile(0.95),
        latencies.percentile(0.99),
        latencies.percentile(1));
  }

  /**
   * Takes no more calls. Waits for none: the model is closed behind the last that is under way.
   * Closing twice is harmless.
   */
  @Override
  public void close() {
    ServedModel last = served.getAndSet(null);
    if (last != null) {
      last.calls().close();
    }
  }
}
