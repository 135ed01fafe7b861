package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.testing.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the checkpoints of fits lie that share a folder. */
class TrainingCheckpointsTest {

  private static final Dataset<Row> POINTS =
      new Points(1).table(LocalSession.get(), 60, 40).cache();

  @TempDir private Path folder;

  private NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", Points.SIZE), Dense.of(8).relu(), Dense.of(Points.CLASSES)))
        .setBatchSize(20)
        .setEpochs(3)
        .setNumWorkers(1)
        .setCheckpointDir(folder.toString());
  }

  private List<Path> trainings() throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.sorted().toList();
    }
  }

  private static List<String> checkpoints(Path training) throws IOException {
    try (Stream<Path> found = Files.list(training)) {
      return found.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void fitsOfATuningShareAFolderAtOnce() throws IOException {
    NeuralClassifier classifier = classifier();
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(classifier.learningRate(), new double[] {0.01, 0.1}).build();

    new CrossValidator()
        .setEstimator(classifier)
        .setEstimatorParamMaps(grid)
        .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
        .setNumFolds(2)
        .setParallelism(2)
        .fit(POINTS);

    assertThat(trainings()).hasSize(2 * 2 + 1);
    for (Path training : trainings()) {
      assertThat(checkpoints(training)).hasSizeBetween(2, 3).allMatch(n -> n.startsWith("epochs-"));
    }
  }

  @Test
  void aTuningThatResumesIsWhatItWasWhenItIsRunAgain() throws IOException {
    NeuralClassifier classifier = classifier().setResumeFrom(folder.toString());
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(classifier.learningRate(), new double[] {0.01, 0.1}).build();
    CrossValidator tuning =
        new CrossValidator()
            .setEstimator(classifier)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setNumFolds(2);

    double[] first = tuning.fit(POINTS).avgMetrics();
    assertThat(trainings()).hasSize(2 * 2 + 1);
    double[] second = tuning.fit(POINTS).avgMetrics();

    assertThat(trainings()).hasSize(2 * 2 + 1);
    assertThat(second).isEqualTo(first);
  }

  @Test
  void aFolderThatCannotBeIsAnErrorBeforeTheDataIsRead() {
    Dataset<Row> unread =
        POINTS.withColumn("features", functions.expr("raise_error('read')").cast("array<float>"));
    for (String path : List.of("/proc/none/checkpoints", "foo://bar/checkpoints")) {
      NeuralClassifier classifier = classifier().setCheckpointDir(path);
      assertThatThrownBy(() -> classifier.fit(unread))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Invalid checkpointDir '" + path + "': ")
          .hasMessageEndingWith(" Name a folder that driver and executors can write to.");
    }
  }

  @Test
  void moreWorkersThanShardsCannotGoOn() {
    classifier().setNumShards(1).fit(POINTS);
    NeuralClassifier classifier =
        classifier().setResumeFrom(folder.toString()).setEpochs(5).setNumWorkers(2);
    assertThatThrownBy(() -> classifier.fit(POINTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Training cannot go on with up to 2 workers, because the checkpoint's data is in 1 shards. Use as many"
                + " workers as there are shards, or fewer.");
  }

  @Test
  void aModelSaysWhereItsCheckpointsAreAndTrainingGoesOnThere() throws IOException {
    NeuralClassificationModel first = classifier().fit(POINTS);
    Path training = trainings().get(0);
    assertThat(first.model().provenance().entries().get("checkpoints"))
        .endsWith(training.toString());

    NeuralClassificationModel further =
        classifier().setResumeFrom(folder.toString()).setEpochs(5).fit(POINTS);

    assertThat(trainings()).containsExactly(training);
    assertThat(checkpoints(training)).anyMatch(name -> name.startsWith("epochs-5-"));
    assertThat(further.model().parameters())
        .isEqualTo(classifier().setEpochs(5).fit(POINTS).model().parameters());
  }

  @Test
  void anOlderCheckpointIsResumedIntoAnotherFolder() throws IOException {
    NeuralClassificationModel first = classifier().setKeepCheckpoints(3).fit(POINTS);
    Path training = trainings().get(0);
    List<String> before = checkpoints(training);
    Path older = training.resolve(before.get(0));

    NeuralClassificationModel again = classifier().setResumeFrom(older.toString()).fit(POINTS);

    assertThat(again.model().parameters()).isEqualTo(first.model().parameters());
    assertThat(again.model().provenance().entries().get("resumedFrom")).endsWith(older.toString());
    assertThat(checkpoints(training)).isEqualTo(before);
    assertThat(trainings()).hasSize(2);
  }

  @Test
  void anIntervalWithoutAFolderIsAnError() {
    NeuralClassifier classifier = classifier().setCheckpointInterval("5 steps");
    classifier.clear(classifier.checkpointDir());
    assertThatThrownBy(() -> classifier.fit(POINTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "checkpointInterval is set to 5 steps without checkpointDir, and would do nothing. Set both, or neither.");
  }
}
