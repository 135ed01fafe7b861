package io.kindling.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kindling.engine.EngineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PredictorTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static Map<String, TensorValue> inputs(float... values) {
    return Map.of("x", TensorValue.ofFloats(values, values.length / 2, 2));
  }

  private static PredictorOptions options(int concurrency, int queue) {
    return PredictorOptions.defaults().withConcurrency(concurrency).withQueue(queue);
  }

  private static void get(List<Future<?>> all) throws Exception {
    for (Future<?> each : all) {
      each.get(40, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyCallersGetTheAnswersTheyWouldGetAlone(boolean joins) throws Exception {
    DoublingModel model = new DoublingModel(2);
    PredictorOptions options = options(2, 100);
    if (joins) {
      options = options.withMicroBatching(16, Duration.ofMillis(2));
    }
    try (Predictor predictor = Predictor.of(model, options)) {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 16; thread++) {
        Random random = new Random(thread);
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    float[] values = new float[2 * (1 + random.nextInt(20))];
                    for (int j = 0; j < values.length; j++) {
                      values[j] = random.nextInt(1000);
                    }
                    float[] expected = values.clone();
                    for (int j = 0; j < values.length; j++) {
                      expected[j] *= 2;
                    }
                    assertThat(predictor.predict(inputs(values)).get("y").floats())
                        .containsExactly(expected);
                  }
                }));
      }
      get(all);
      PredictorMetrics metrics = predictor.metrics();
      assertThat(metrics.calls()).isEqualTo(3200);
      assertThat(metrics.failed() + metrics.refused()).isZero();
      assertThat(metrics.runs()).isEqualTo(model.rows.size());
      assertThat(metrics.underWay()).isZero();
      assertThat(metrics.rows()).isEqualTo(model.rows.stream().mapToLong(Long::longValue).sum());
      assertThat(metrics.median()).isPositive().isLessThanOrEqualTo(metrics.percentile95());
      assertThat(metrics.percentile99()).isLessThanOrEqualTo(metrics.longest());
      if (joins) {
        assertThat(metrics.runs()).isLessThan(3200);
      }
    }
    assertThat(model.mostRunning.get()).isLessThanOrEqualTo(2);
    assertThat(model.freed.get()).isEqualTo(1);
  }

  @Test
  void refusesAtOnceWhatIsTooMuch() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    DoublingModel model = new DoublingModel(2, gate);
    try (Predictor predictor = Predictor.of(model, options(2, 3))) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        all.add(threads.submit(() -> predictor.predict(inputs(1, 2))));
      }
      await().until(() -> predictor.metrics().underWay() == 5);
      assertThatThrownBy(() -> predictor.predict(inputs(1, 2)))
          .isInstanceOf(OverloadedException.class)
          .hasMessage(
              "The predictor refuses the call: 2 compute and 3 wait already, which is all it takes."
                  + " Try again later.");
      gate.countDown();
      get(all);
      assertThat(predictor.metrics().calls()).isEqualTo(5);
      assertThat(predictor.metrics().refused()).isEqualTo(1);
      assertThat(predictor.metrics().failed()).isZero();
    }
  }

  @Test
  void refusesInputsBeyondItsMemory() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    DoublingModel model = new DoublingModel(2, gate);
    try (Predictor predictor = Predictor.of(model, options(4, 4).withMemory(20))) {
      Future<?> first = threads.submit(() -> predictor.predict(inputs(1, 2, 3, 4, 5, 6)));
      await().until(() -> predictor.metrics().underWay() == 1);
      assertThatThrownBy(() -> predictor.predict(inputs(1, 2)))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("it holds 24 bytes of inputs, and 8 more pass its 20");
      gate.countDown();
      first.get(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesWhoWaitedTooLong(boolean joins) throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    DoublingModel model = new DoublingModel(2, gate);
    PredictorOptions options = options(1, 5).withPatience(Duration.ofMillis(30));
    if (joins) {
      options = options.withMicroBatching(4, Duration.ofMillis(1));
    }
    try (Predictor predictor = Predictor.of(model, options)) {
      Future<?> first = threads.submit(() -> predictor.predict(inputs(1, 2)));
      await().until(() -> model.running.get() == 1);
      assertThatThrownBy(() -> predictor.predict(inputs(1, 2)))
          .isInstanceOf(OverloadedException.class)
          .hasMessage(
              "The predictor refuses the call: it waited 30 ms for one of 1 turns. Try again later.");
      gate.countDown();
      first.get(20, TimeUnit.SECONDS);
      assertThat(predictor.predict(inputs(1, 2)).get("y").floats()).containsExactly(2, 4);
    }
  }

  @Test
  void joinsWhatWaitsForATurn() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    DoublingModel model = new DoublingModel(2, gate);
    PredictorOptions options = options(1, 50).withMicroBatching(8, Duration.ZERO);
    try (Predictor predictor = Predictor.of(model, options)) {
      List<Future<?>> all = new ArrayList<>();
      all.add(threads.submit(() -> predictor.predict(inputs(1, 2))));
      await().until(() -> model.running.get() == 1);
      for (int i = 0; i < 8; i++) {
        all.add(threads.submit(() -> predictor.predict(inputs(1, 2))));
      }
      await().until(() -> predictor.metrics().underWay() == 9);
      gate.countDown();
      get(all);
      assertThat(model.rows.stream().mapToLong(Long::longValue).sum()).isEqualTo(9);
      assertThat(model.rows).hasSizeLessThan(9);
    }
  }

  @Test
  void oneBadCallFailsAlone() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    DoublingModel model = new DoublingModel(2, gate);
    PredictorOptions options = options(1, 50).withMicroBatching(8, Duration.ofMillis(200));
    try (Predictor predictor = Predictor.of(model, options)) {
      List<Future<?>> good = new ArrayList<>();
      Future<?> bad = threads.submit(() -> predictor.predict(inputs(DoublingModel.BAD, 2)));
      for (int i = 0; i < 5; i++) {
        good.add(
            threads.submit(
                () ->
                    assertThat(predictor.predict(inputs(1, 2)).get("y").floats())
                        .containsExactly(2, 4)));
      }
      gate.countDown();
      get(good);
      assertThatThrownBy(() -> bad.get(20, TimeUnit.SECONDS))
          .hasRootCauseInstanceOf(EngineException.class)
          .hasRootCauseMessage("A bad value in row 0");
      assertThat(predictor.metrics().failed()).isEqualTo(1);
    }
  }

  @Test
  void doesNotJoinWhatGivesNoRowForARow() throws Exception {
    DoublingModel model = new DoublingModel(2);
    PredictorOptions options = options(2, 50).withMicroBatching(8, Duration.ofMillis(50));
    try (Predictor predictor = Predictor.of(model, options)) {
      for (int round = 0; round < 2; round++) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
          float value = i;
          all.add(
              threads.submit(
                  () ->
                      assertThat(
                              predictor
                                  .predict("sum", inputs(value, value), List.of("total"))
                                  .get("total")
                                  .floats())
                          .containsExactly(4 * value)));
        }
        get(all);
      }
    }
  }

  @Test
  void reloadsWithoutAFailedCall() throws Exception {
    List<DoublingModel> models = new ArrayList<>();
    models.add(new DoublingModel(1));
    PredictorOptions options = options(4, 100).withMicroBatching(8, Duration.ofMillis(1));
    Predictor predictor = Predictor.of(models.get(0), options);
    AtomicBoolean stop = new AtomicBoolean();
    List<Future<?>> all = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      all.add(
          threads.submit(
              () -> {
                float last = 1;
                while (!stop.get()) {
                  float factor = predictor.predict(inputs(1, 1)).get("y").floats()[0];
                  assertThat(factor).isGreaterThanOrEqualTo(last);
                  last = factor;
                }
              }));
    }
    for (int factor = 2; factor <= 50; factor++) {
      models.add(new DoublingModel(factor));
      predictor.replace(models.get(factor - 1));
    }
    stop.set(true);
    get(all);
    assertThat(predictor.metrics().failed() + predictor.metrics().refused()).isZero();
    assertThat(predictor.metrics().loads()).isEqualTo(50);
    assertThat(models.subList(0, 49)).allMatch(model -> model.freed.get() == 1);
    assertThat(predictor.predict(inputs(1, 1)).get("y").floats()).containsExactly(50, 50);
    predictor.close();
    assertThat(models.get(49).freed.get()).isEqualTo(1);
  }

  @Test
  void theOldModelIsClosedBehindItsLastCall() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    DoublingModel old = new DoublingModel(2, gate);
    Predictor predictor = Predictor.of(old, options(4, 4));
    Future<Map<String, TensorValue>> slow = threads.submit(() -> predictor.predict(inputs(1, 2)));
    await().until(() -> old.running.get() == 1);
    predictor.replace(new DoublingModel(3));
    assertThat(predictor.predict(inputs(1, 2)).get("y").floats()).containsExactly(3, 6);
    assertThat(old.freed.get()).isZero();
    gate.countDown();
    assertThat(slow.get(20, TimeUnit.SECONDS).get("y").floats()).containsExactly(2, 4);
    await().until(() -> old.freed.get() == 1);
    predictor.close();
  }

  /** A model that lets something happen each time it is asked what it is. */
  private record Interrupted(LoadedModel model, Runnable happens) implements LoadedModel {

    @Override
    public ModelDescription description() {
      happens.run();
      return model.description();
    }

    @Override
    public Map<String, TensorValue> run(
        String signature, Map<String, TensorValue> inputs, List<String> outputs) {
      return model.run(signature, inputs, outputs);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  @Test
  void aCallKeepsTheSignatureItBeganWith() {
    DoublingModel old = new DoublingModel(2);
    DoublingModel other = new DoublingModel(3, "renamed");
    AtomicReference<Predictor> predictor = new AtomicReference<>();
    AtomicBoolean isReplaced = new AtomicBoolean();
    Runnable replaces =
        () -> {
          if (isReplaced.compareAndSet(false, true)) {
            predictor.get().replace(other);
          }
        };
    predictor.set(Predictor.of(new Interrupted(old, replaces), options(1, 1)));
    assertThat(predictor.get().predict(inputs(1, 2)).get("y").floats()).containsExactly(2, 4);
    assertThat(isReplaced).isTrue();
    assertThat(old.freed.get()).isEqualTo(1);
    assertThat(predictor.get().predict("renamed", inputs(1, 2), List.of("y")).get("y").floats())
        .containsExactly(3, 6);
    predictor.get().close();
  }

  @Test
  void saysThatItIsClosed() {
    DoublingModel model = new DoublingModel(2);
    Predictor predictor = Predictor.of(model, PredictorOptions.defaults());
    predictor.close();
    predictor.close();
    assertThat(model.freed.get()).isEqualTo(1);
    assertThatThrownBy(() -> predictor.predict(inputs(1, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The predictor is closed; it cannot be asked.");
    DoublingModel other = new DoublingModel(2);
    assertThatThrownBy(() -> predictor.replace(other))
        .hasMessage("The predictor is closed; it takes no other model.");
    assertThat(other.freed.get()).isEqualTo(1);
  }

  @Test
  void failsWhatDoesNotFit() {
    try (Predictor predictor = Predictor.of(new DoublingModel(2), PredictorOptions.defaults())) {
      assertThatThrownBy(() -> predictor.predict("sum", Map.of(), List.of("total")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'x' is missing");
      assertThat(predictor.metrics().failed()).isEqualTo(1);
    }
  }

  @Test
  void anInterruptedCallerLeaves() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    DoublingModel model = new DoublingModel(2, gate);
    try (Predictor predictor = Predictor.of(model, options(1, 5))) {
      Future<?> first = threads.submit(() -> predictor.predict(inputs(1, 2)));
      await().until(() -> model.running.get() == 1);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> predictor.predict(inputs(1, 2)))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      gate.countDown();
      first.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void percentilesAreRightToAnEighth() {
    Latencies latencies = new Latencies();
    assertThat(latencies.percentile(0.5)).isZero();
    for (long i = 1; i <= 1000; i++) {
      latencies.record(i * 1_000_000);
    }
    latencies.record(-5);
    latencies.record(Long.MAX_VALUE);
    assertThat(latencies.percentile(0.5).toMillis()).isBetween(500L, 563L);
    assertThat(latencies.percentile(0.99).toMillis()).isBetween(990L, 1115L);
    assertThat(latencies.percentile(1).toDays()).isGreaterThan(100_000);
  }

  @Test
  void rejectsOptionsThatMakeNoSense() {
    assertThatThrownBy(() -> PredictorOptions.defaults().withConcurrency(0))
        .hasMessageContaining("Use a concurrency and a memory of at least 1");
    assertThatThrownBy(() -> new MicroBatching(1, Duration.ZERO))
        .hasMessage("Invalid number of rows 1 to join. Use at least 2.");
    assertThatThrownBy(() -> new MicroBatching(2, Duration.ofMinutes(1)))
        .hasMessageContaining("Use 0 to 10 seconds");
  }
}
