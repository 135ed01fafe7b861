package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerMoment;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.Points;
import io.kindling.training.Activity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings whose workers die, and which end as if none had. */
class SurvivalIT {

  private static final int EXECUTORS = 3;

  private final SparkSession spark = LocalClusterSession.get();
  private final Dataset<Row> table = new Points(3).table(spark, 300, 300, 300);

  @TempDir Path folder;

  /** Kills the process of a rank, once, when it begins something in some step. */
  record KillOnce(String mark, int rank, long step, Activity activity) implements TrainingCallback {
    private static final long serialVersionUID = 1;

    @Override
    public void began(WorkerMoment moment) {
      if (moment.rank() == rank && moment.step() == step && moment.activity() == activity) {
        try {
          Files.createFile(Path.of(mark));
        } catch (java.io.IOException e) {
          return; // it has been done
        }
        try {
          new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid()))
              .start()
              .waitFor();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private static NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", Points.SIZE), Dense.of(64).relu(), Dense.of(Points.CLASSES)))
        .setBatchSize(30)
        .setEpochs(5)
        .setNumWorkers(3);
  }

  @BeforeEach
  void awaitExecutors() {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Executors.of(spark.sparkContext()).size() == EXECUTORS);
  }

  @Test
  void aKilledWorkerChangesNoBit() {
    NeuralClassificationModel undisturbed = classifier().fit(table);
    NeuralClassificationModel survived =
        classifier()
            .setCallback(
                new KillOnce(folder.resolve("killed").toString(), 1, 57, Activity.EXCHANGING))
            .fit(table);
    assertThat(folder.resolve("killed")).exists();
    assertThat(survived.model().parameters()).isEqualTo(undisturbed.model().parameters());
    assertThat(survived.summary().objectiveHistory())
        .isEqualTo(undisturbed.summary().objectiveHistory());
  }
}
