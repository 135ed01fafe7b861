package io.kindling.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kindling.engine.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;

class ExecutorModelsTest {

  private final ScaledEngine engine = new ScaledEngine();

  private ModelSource source(String id) {
    ModelSource shared = new ScaledModel(3, 3, 2).source(id);
    return new ModelSource(id, shared.network(), shared.parameters(), () -> engine);
  }

  @Test
  void loadsOnceForManyThreads() throws Exception {
    ExecutorModels models = new ExecutorModels(Duration.ofMinutes(1));
    ModelSource source = source("a");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      tasks.add(threads.submit(() -> models.lease(source).close()));
    }
    for (Future<?> task : tasks) {
      task.get();
    }
    threads.shutdown();

    assertThat(models.loads()).isEqualTo(1);
    assertThat(models.loaded()).isEqualTo(1);
    models.close();
    assertThat(engine.openPrograms).hasValue(0);
  }

  @Test
  void keepsTwoVersionsApart() {
    try (ExecutorModels models = new ExecutorModels(Duration.ZERO);
        ExecutorModels.Lease<Program> first = models.lease(source("a"));
        ExecutorModels.Lease<Program> second = models.lease(source("b"))) {
      assertThat(first.model()).isNotSameAs(second.model());
      assertThat(models.loaded()).isEqualTo(2);
    }
    assertThat(engine.openPrograms).hasValue(0);
  }

  @Test
  void closesAModelThatLingeredUnused() {
    try (ExecutorModels models = new ExecutorModels(Duration.ofMillis(50))) {
      models.lease(source("a")).close();
      assertThat(engine.openPrograms).hasValue(1);
      await().atMost(Duration.ofSeconds(5)).until(() -> engine.openPrograms.get() == 0);
      assertThat(models.loaded()).isZero();
      models.lease(source("a")).close();
      assertThat(models.loads()).isEqualTo(2);
    }
  }

  @Test
  void keepsAModelOpenWhileAnyLeaseIs() {
    ExecutorModels models = new ExecutorModels(Duration.ZERO);
    ExecutorModels.Lease<Program> first = models.lease(source("a"));
    ExecutorModels.Lease<Program> second = models.lease(source("a"));
    first.close();
    first.close();
    models.close();
    assertThat(engine.openPrograms).hasValue(1);
    second.close();
    assertThat(engine.openPrograms).hasValue(0);
  }

  @Test
  void forgetsAModelThatFailedToLoad() {
    try (ExecutorModels models = new ExecutorModels(Duration.ZERO)) {
      ModelSource broken =
          new ModelSource(
              "a",
              source("a").network(),
              ParameterSource.of(new float[99], new float[0]),
              () -> engine);
      assertThatThrownBy(() -> models.lease(broken)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(models.loaded()).isZero();
      assertThat(engine.openPrograms).hasValue(0);
    }
  }

  @Test
  void scoresOneRowWithoutSpark() {
    Scorer scorer =
        Scorer.of(
            source("one"), new ScaledModel(3, 3, 2).binding(ScorerTest.vectorSchema()), List.of());
    try (ExecutorModels models = new ExecutorModels(Duration.ofMinutes(1))) {
      assertThat(scorer.scoreOne(models, Vectors.dense(1, 2, 3))[0]).containsExactly(2, 4, 6);
      assertThat(scorer.scoreOne(models, Vectors.sparse(3, new int[] {1}, new double[] {5}))[0])
          .containsExactly(0, 10, 0);
      assertThat(models.loads()).isEqualTo(1);
      assertThatThrownBy(() -> scorer.scoreOne(models, Vectors.dense(1)))
          .hasMessage(
              "Column 'features' has 1 elements in row 0 of partition 0. NeuralClassifier needs 3 for"
                  + " tensor 'features'. Filter out or pad such rows, or give the network's input their"
                  + " length, or, for arrays, setLengthPolicy.");
    }
    assertThat(engine.openBatches).hasValue(0);
    assertThat(engine.openOutputs).hasValue(0);
    assertThat(engine.openPrograms).hasValue(0);
  }
}
