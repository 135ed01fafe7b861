package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.event.TrainingStepped;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.ExecutorProcesses;
import io.kindling.spark.testing.Points;
import io.kindling.training.TrainingFailedException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way a training can end before its plan does, and that nothing of it stays behind. */
class FailureIT {

  private static final int EXECUTORS = 3;
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

  private final SparkSession spark = LocalClusterSession.get();
  private final Dataset<Row> table = new Points(3).table(spark, 300, 300, 300);
  private final Steps steps = new Steps();
  private Leftovers leftovers;

  /** Counts what trainings say of their steps. */
  private static final class Steps extends SparkListener {
    private final AtomicLong last = new AtomicLong();

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof TrainingStepped stepped) {
        last.set((stepped.epoch() - 1) * stepped.steps() + stepped.step());
      }
    }

    void awaitTheMiddle() {
      await().atMost(60, TimeUnit.SECONDS).until(() -> last.get() > 20);
    }
  }

  /** A fit in a thread of its own, and how it ended. */
  private static final class Fit {
    private final CompletableFuture<NeuralClassificationModel> model = new CompletableFuture<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Thread thread;

    Fit(NeuralClassifier classifier, Dataset<Row> table) {
      thread =
          new Thread(
              () -> {
                try {
                  model.complete(classifier.fit(table));
                } catch (Throwable e) {
                  model.completeExceptionally(e);
                  failure.complete(e);
                }
              },
              "fit");
      thread.start();
    }

    Throwable failure(Duration within) throws Exception {
      return failure.get(within.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static NeuralClassifier classifier(int epochs) {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", Points.SIZE), Dense.of(64).relu(), Dense.of(Points.CLASSES)))
        .setBatchSize(30)
        .setEpochs(epochs);
  }

  private static NeuralClassifier endless(int workers) {
    return classifier(1_000_000).setNumWorkers(workers);
  }

  @BeforeEach
  void rememberWhatIsThere() {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Executors.of(spark.sparkContext()).size() == EXECUTORS);
    spark.sparkContext().addSparkListener(steps);
    leftovers = Leftovers.since(spark);
  }

  @AfterEach
  void leavesNothingBehind() {
    spark.sparkContext().removeSparkListener(steps);
    leftovers.assertNone();
  }

  @Test
  void saysWhichRankWasLostWhenNoOtherTakesItsPlace() throws Exception {
    Fit fit = new Fit(endless(3).setWorkerStartTimeout(1), table);
    steps.awaitTheMiddle();
    ProcessHandle victim = ExecutorProcesses.living().get(0);

    assertThat(victim.destroyForcibly()).isTrue();

    Throwable failure = fit.failure(Duration.ofSeconds(30));
    assertThat(failure)
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageMatching(
            "(?s)Rank [012] on [\\w.:-]+ is lost, while \\w+; the last step it is known to have done is [1-9]\\d*\\."
                + ".* No other worker took the place: after 1 s 2 of 3 are there\\. Training goes on with fewer where"
                + " setMinWorkers allows it\\. Executor \\d+ is gone: .*");
  }

  @Test
  void interruptingTheFittingThreadStopsAllWorkers() throws Exception {
    Fit fit = new Fit(endless(2), table);
    steps.awaitTheMiddle();

    fit.thread.interrupt();

    assertThat(fit.failure(ENDS_WITHIN))
        .isInstanceOf(CancellationException.class)
        .hasMessage("Training was interrupted; its workers are stopped.");
    leftovers.awaitNoTask();
  }

  @Test
  void interruptingTheDealingOfRowsStopsIt() throws Exception {
    Dataset<Row> slow =
        table.filter(
            (org.apache.spark.api.java.function.FilterFunction<Row>)
                row -> {
                  LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                  return true;
                });
    Fit fit = new Fit(endless(2), slow);
    SparkStatusTracker tracker = spark.sparkContext().statusTracker();
    await().atMost(30, TimeUnit.SECONDS).until(() -> tracker.getActiveJobIds().length == 1);

    fit.thread.interrupt();

    assertThat(fit.failure(ENDS_WITHIN))
        .isInstanceOf(CancellationException.class)
        .hasMessage("Training was interrupted while its rows were dealt.");
    leftovers.awaitNoTask();
  }

  @Test
  void cancellingTheJobGroupStopsAllWorkers() throws Exception {
    spark.sparkContext().setJobGroup("my group", "a training", false);
    Fit fit = new Fit(endless(3), table);
    spark.sparkContext().clearJobGroup();
    steps.awaitTheMiddle();

    spark.sparkContext().cancelJobGroup("my group");

    assertThat(fit.failure(ENDS_WITHIN))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("was cancelled")
        .hasMessageContaining("my group");
    leftovers.awaitNoTask();
  }

  @Test
  void cancellingAllJobsStopsAllWorkers() throws Exception {
    Fit fit = new Fit(endless(3), table);
    steps.awaitTheMiddle();

    spark.sparkContext().cancelAllJobs();

    assertThat(fit.failure(ENDS_WITHIN))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("was cancelled");
    leftovers.awaitNoTask();
  }

  @Test
  void twoTrainingsOnTheSameSlotsBothFinish() throws Exception {
    Fit one = new Fit(classifier(5).setNumWorkers(3), table);
    Fit other = new Fit(classifier(5).setNumWorkers(2), table);

    assertThat(one.model.get(60, TimeUnit.SECONDS).summary().totalIterations()).isEqualTo(5 * 30);
    assertThat(other.model.get(60, TimeUnit.SECONDS).summary().totalIterations()).isEqualTo(5 * 30);
  }

  @Test
  void askingForMoreWorkersThanThereCanBeSlotsFailsAtOnce() {
    long began = System.nanoTime();

    Throwable failure =
        catchThrowable(() -> classifier(1).setNumWorkers(5).setWorkerStartTimeout(5).fit(table));

    assertThat(failure)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Failed to place 5 workers: the master local-cluster\\[3,1,\\d+] has 3 task slots\\."
                + " Ask for fewer workers with setNumWorkers, or for more cores\\.");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          features | if(id = 1000007, 3, label)    | Column 'label' is 3.0 in row 7 of partition 1.
          features | if(id = 1000007, 0.5, label)  | Column 'label' is 0.5 in row 7 of partition 1.
          features | if(id = 1000007, null, label) | Column 'label' is null in row 7 of partition 1.
          array    | label | Column 'features' has 2 elements in row 7 of partition 1. NeuralClassifier needs 6
          null     | label | Column 'features' is null in row 7 of partition 1.
          """)
  void namesTheColumnOfABadRow(String features, String label, String message) {
    String column =
        switch (features) {
          case "array" -> "if(id = 1000007, array(1d, 2d), array(1d, 2d, 3d, 4d, 5d, 6d))";
          case "null" -> "if(id = 1000007, null, array(1d, 2d, 3d, 4d, 5d, 6d))";
          default -> features;
        };
    Dataset<Row> bad = table.selectExpr(column + " AS features", label + " AS label");

    Throwable failure = catchThrowable(() -> classifier(1).setNumWorkers(2).fit(bad));

    assertThat(failure)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
