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
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

  /** A moment in which a worker is killed. */
  record Kill(int rank, long step, Activity activity) implements Serializable {
    private static final long serialVersionUID = 1;

    boolean isNow(WorkerMoment moment) {
      return moment.rank() == rank && moment.step() == step && moment.activity() == activity;
    }
  }

  /** Kills the processes of workers, each once, which a file in a folder tells. */
  record Killing(String folder, List<Kill> kills) implements TrainingCallback {
    private static final long serialVersionUID = 1;

    @Override
    public void began(WorkerMoment moment) {
      kills.stream().filter(each -> each.isNow(moment) && note(each)).forEach(each -> kill());
    }

    private boolean note(Kill kill) {
      try {
        Files.createFile(Path.of(folder, "killed-" + kill.rank() + "-in-" + kill.step()));
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void kill() {
      Fault.KILL.strike(0);
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
  void workersThatAreKilledChangeNoBit() throws IOException {
    NeuralClassificationModel undisturbed = classifier().fit(table);

    NeuralClassificationModel survived =
        classifier()
            .setCallback(
                new Killing(
                    folder.toString(),
                    List.of(
                        new Kill(1, 20, Activity.EXCHANGING),
                        new Kill(0, 57, Activity.UPDATING),
                        new Kill(2, 101, Activity.FEEDING))))
            .fit(table);

    try (Stream<Path> notes = Files.list(folder)) {
      assertThat(notes).hasSize(3);
    }
    assertThat(survived.model().parameters()).isEqualTo(undisturbed.model().parameters());
    assertThat(survived.summary().history().stepLosses())
        .isEqualTo(undisturbed.summary().history().stepLosses());
    assertThat(survived.summary().work().generations()).isGreaterThan(3);
    assertThat(survived.summary().work().warnings())
        .hasSize(3)
        .allMatch(text -> text.matches("Rank \\d on [\\w.:-]+ is lost, while .*"));
    assertThat(survived.summary().work().toString()).contains("Workers came or went: ");
  }

  @Test
  void goesOnFromTheNewestCheckpointWhenAllWorkersAreLostAtOnce() throws IOException {
    NeuralClassificationModel undisturbed = classifier().fit(table);
    Path notes = Files.createDirectory(folder.resolve("notes"));

    NeuralClassificationModel survived =
        classifier()
            .setCheckpointDir(folder.resolve("checkpoints").toString())
            .setCallback(
                new Killing(
                    notes.toString(),
                    List.of(
                        new Kill(0, 57, Activity.EXCHANGING),
                        new Kill(1, 57, Activity.EXCHANGING),
                        new Kill(2, 57, Activity.EXCHANGING))))
            .fit(table);

    try (Stream<Path> killed = Files.list(notes)) {
      assertThat(killed).hasSize(3);
    }
    assertThat(survived.model().parameters()).isEqualTo(undisturbed.model().parameters());
    assertThat(survived.summary().work().warnings())
        .anyMatch(
            text ->
                text.matches(
                    "All workers that had come to step \\d+ are lost\\. Training goes on from the newest"
                        + " checkpoint there is\\."));
  }
}
