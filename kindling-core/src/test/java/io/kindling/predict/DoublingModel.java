package io.kindling.predict;

import io.kindling.engine.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives {@code factor · x}; remembers how it was called. */
final class DoublingModel implements LoadedModel {

  static final float BAD = -1e9f;

  private final ModelDescription description;
  private final float factor;
  private final OpenRuns runs = new OpenRuns("The model", this::free);
  private final CountDownLatch gate;
  final AtomicInteger running = new AtomicInteger();
  final AtomicInteger mostRunning = new AtomicInteger();
  final List<Long> rows = new CopyOnWriteArrayList<>();
  final AtomicInteger freed = new AtomicInteger();

  DoublingModel(float factor, CountDownLatch gate) {
    this(factor, ModelSignature.DEFAULT, gate);
  }

  DoublingModel(float factor, String signature) {
    this(factor, signature, new CountDownLatch(0));
  }

  private DoublingModel(float factor, String signature, CountDownLatch gate) {
    this.factor = factor;
    this.gate = gate;
    this.description =
        new ModelDescription(
            "doubling",
            "",
            List.of(
                new ModelSignature(
                    signature,
                    List.of(TensorType.of("x", ValueType.FLOAT32, -1, 2)),
                    List.of(TensorType.of("y", ValueType.FLOAT32, -1, 2))),
                new ModelSignature(
                    "sum",
                    List.of(TensorType.of("x", ValueType.FLOAT32, -1, 2)),
                    List.of(TensorType.ofUnknownRank("total", ValueType.FLOAT32)))),
            new TreeMap<>(),
            0,
            List.of());
  }

  DoublingModel(float factor) {
    this(factor, new CountDownLatch(0));
  }

  private void free() {
    freed.incrementAndGet();
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public Map<String, TensorValue> run(
      String signature, Map<String, TensorValue> inputs, List<String> outputs) {
    runs.enter();
    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    try {
      if (!gate.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The gate stayed shut.");
      }
      TensorValue x = inputs.get("x");
      rows.add(x.rowCount());
      float[] values = x.floats();
      float sum = 0;
      for (int i = 0; i < values.length; i++) {
        if (values[i] == BAD) {
          throw new EngineException("A bad value in row " + i / 2);
        }
        values[i] *= factor;
        sum += values[i];
      }
      Map<String, TensorValue> results = new LinkedHashMap<>();
      for (String output : new ArrayList<>(outputs)) {
        results.put(
            output,
            signature.equals("sum")
                ? TensorValue.ofFloats(new float[] {sum})
                : TensorValue.ofFloats(values, x.shape()));
      }
      return results;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      running.decrementAndGet();
      runs.exit();
    }
  }

  @Override
  public void close() {
    runs.close();
  }
}
