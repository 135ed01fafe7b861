package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerStep;
import io.kindling.spark.input.NullPolicy;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.testing.Points;
import io.kindling.training.EpochReport;
import io.kindling.training.Strategy;
import io.kindling.training.TrainingFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all stages that train can do, seen at one of them. */
class TrainingStageTest {

  private static final SparkSession SPARK = LocalSession.get();
  private static final Dataset<Row> POINTS = new Points(1).table(SPARK, 60, 40).cache();

  @TempDir private Path folder;

  private static NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", Points.SIZE), Dense.of(8).relu(), Dense.of(Points.CLASSES)))
        .setLearningRate(0.02)
        .setEpochs(3)
        .setBatchSize(20)
        .setSeed(3);
  }

  @Test
  void stopsEarlyAndKeepsTheBestEpoch() {
    // The rows for validation have wrong labels: the better it learns, the worse their loss.
    Dataset<Row> misled =
        POINTS
            .withColumn("check", functions.expr("id % 3 = 0"))
            .withColumn(
                "label",
                functions.expr(
                    "CASE WHEN check THEN (label + 1) % " + Points.CLASSES + " ELSE label END"));
    NeuralClassifier classifier =
        classifier().setValidationIndicatorCol("check").setEpochs(50).setPatience(3);

    NeuralClassificationModel model = classifier.fit(misled);

    TrainingSummary summary = model.summary();
    assertThat(summary.history().epochs()).hasSize(summary.best().epoch() + 3);
    NeuralClassificationModel best =
        classifier.setEpochs(summary.best().epoch()).setPatience(0).fit(misled);
    assertThat(model.model().parameters()).isEqualTo(best.model().parameters());
  }

  @Test
  void classWeightsMoveThePredictions() {
    NeuralClassifier classifier = classifier().setEpochs(1);
    long plain = predicted(classifier, 1);
    long heavy = predicted(classifier.setClassWeights(weights(200)), 1);
    long light = predicted(classifier.setClassWeights(weights(0)), 1);
    assertThat(light).isZero();
    assertThat(heavy).isGreaterThan(plain);
    assertThatThrownBy(() -> classifier.setClassWeights(1).fit(POINTS))
        .hasMessageContaining(
            "Invalid classWeights [1.0] for " + Points.CLASSES + " classes. Give one per class.");
  }

  private static double[] weights(double ofOne) {
    double[] weights = new double[Points.CLASSES];
    Arrays.fill(weights, 1);
    weights[1] = ofOne;
    return weights;
  }

  private static long predicted(NeuralClassifier classifier, int label) {
    return classifier.fit(POINTS).transform(POINTS).where("prediction = " + label).count();
  }

  @Test
  void watchesWhatItIsToldTo() {
    NeuralClassificationModel model =
        classifier().setMetrics(Metric.topKAccuracy(2), Metric.logLoss()).fit(POINTS);
    assertThat(model.summary().last().training().metrics().keySet())
        .containsExactlyElementsOf(List.of(Metric.topKAccuracy(2).name(), Metric.logLoss().name()));
  }

  @Test
  void takesLossesOfClassesAndNoOthers() {
    classifier().setLoss(Loss.sparseCategoricalCrossEntropy(0.1)).fit(POINTS);
    assertThatThrownBy(() -> classifier().setLoss(Loss.meanSquaredError()).fit(POINTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Unsupported loss .*\\. NeuralClassifier has a class per row, of \\d, and needs a loss that takes"
                + " one, such as sparseCategoricalCrossEntropy; use NeuralEstimator for others\\.");
  }

  @Test
  void goesOnFromASavedModel() throws Exception {
    String path = folder.resolve("first").toString();
    NeuralClassificationModel first = classifier().fit(POINTS);
    first.save(path);

    NeuralClassificationModel second = classifier().setInitialModel(path).fit(POINTS);

    assertThat(second.summary().objectiveHistory()[0])
        .isLessThan(first.summary().objectiveHistory()[1]);
    NeuralClassifier other =
        classifier()
            .setInitialModel(path)
            .setNetwork(
                Network.sequential(
                    Input.of("features", Points.SIZE),
                    Dense.of(9).relu(),
                    Dense.of(Points.CLASSES).named("last")));
    assertThatThrownBy(() -> other.fit(POINTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Training cannot go on from the initial model, because its network is another, in which"
                + " 'dense_1/kernel' is [6, 8], not [6, 9]; ")
        .hasMessageContaining("'last/kernel' [9, 3] is missing")
        .hasMessageContaining("'dense_2/kernel' [8, 3] is there beside")
        .hasMessageEndingWith(
            "Give the stage the model's own network, or start without an initial model.");
  }

  @Test
  void goesOnFromTheModelInASavedPipeline() throws Exception {
    String path = folder.resolve("pipeline").toString();
    PipelineModel first = new Pipeline().setStages(new PipelineStage[] {classifier()}).fit(POINTS);
    first.save(path);
    String plain = folder.resolve("plain").toString();
    ((NeuralClassificationModel) first.stages()[0]).save(plain);

    assertThat(classifier().setInitialModel(path).fit(POINTS).model().parameters())
        .isEqualTo(classifier().setInitialModel(plain).fit(POINTS).model().parameters());
    String nothing = folder.resolve("nothing").toString();
    assertThatThrownBy(() -> classifier().setInitialModel(nothing).fit(POINTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Failed to load a model from "
                + nothing
                + ": no trained network is saved there. Name a folder that a fitted stage of Kindling, or a"
                + " pipeline with one, was saved to.");
  }

  private static final Queue<WorkerStep> STEPS = new ConcurrentLinkedQueue<>();
  private static final Queue<Integer> EPOCHS = new ConcurrentLinkedQueue<>();

  /** Workers of a local session are threads of this JVM. */
  private static final class Recorder implements TrainingCallback {
    private static final long serialVersionUID = 1;

    @Override
    public void stepEnded(WorkerStep step) {
      STEPS.add(step);
    }

    @Override
    public void epochEnded(int rank, EpochReport report) {
      EPOCHS.add(10 * rank + report.epoch());
    }
  }

  @Test
  void everyWorkerCallsBackAfterEveryStepAndEpoch() {
    STEPS.clear();
    EPOCHS.clear();
    NeuralClassificationModel model =
        classifier().setNumWorkers(2).setCallback(new Recorder()).copy(new ParamMap()).fit(POINTS);

    float[] losses = model.summary().history().stepLosses();
    assertThat(STEPS).hasSize(2 * losses.length);
    for (WorkerStep step : STEPS) {
      assertThat(step.workers()).isEqualTo(2);
      assertThat(step.rank()).isBetween(0, 1);
      assertThat((float) step.loss()).isEqualTo(losses[(int) step.step() - 1]);
      assertThat(step.epoch()).isEqualTo((int) ((step.step() - 1) / 5) + 1);
    }
    assertThat(EPOCHS).containsExactlyInAnyOrder(1, 2, 3, 11, 12, 13);
  }

  /** Threads of this process, which come to the memory they share in another order each time. */
  @Test
  void workersOfOneProcessGiveTheSameBitsWhenRunAgain() {
    for (Strategy strategy :
        List.of(Strategy.allReduced(), Strategy.allReducedAbove(0.1), Strategy.sharded())) {
      NeuralClassifier classifier = classifier().setNumWorkers(2).setStrategy(strategy);
      NeuralClassificationModel first = classifier.fit(POINTS);
      NeuralClassificationModel again = classifier.fit(POINTS);
      assertThat(again.model().parameters()).isEqualTo(first.model().parameters());
      assertThat(again.summary().history().stepLosses())
          .isEqualTo(first.summary().history().stepLosses());
    }
  }

  @Test
  void refusesACallbackThatCannotTravelBeforeWorkStarts() {
    Object here = new Object();
    TrainingCallback heavy =
        new TrainingCallback() {
          @Override
          public void stepEnded(WorkerStep step) {
            STEPS.add(step);
            assertThat(here).isNotNull();
          }
        };
    assertThatThrownBy(() -> classifier().setCallback(heavy).fit(POINTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "(?s)The callback .*TrainingStageTest\\$1 cannot be sent to the workers: .*NotSerializable.*"
                + " Make it a class of its own, .*");
  }

  /** Wants no more than three steps. */
  private static final class Impatient implements TrainingCallback {
    private static final long serialVersionUID = 1;

    @Override
    public void stepEnded(WorkerStep step) {
      if (step.step() == 4 && step.rank() == 0) {
        throw new IllegalStateException("enough");
      }
    }
  }

  @Test
  void aCallbackEndsTheTrainingByThrowing() {
    assertThatThrownBy(() -> classifier().setCallback(new Impatient()).fit(POINTS))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("enough")
        .hasMessageContaining("Rank 0");
  }

  @Test
  void learnsFromAStreamAndFromNoMicroBatchTwice() throws Exception {
    String files = folder.resolve("files").toString();
    String path = folder.resolve("model").toString();
    for (int part = 0; part < 3; part++) {
      POINTS.where("id % 3 = " + part).coalesce(1).write().mode("append").parquet(files);
    }
    MicroBatchTraining training =
        MicroBatchTraining.of(classifier().setOptimizer(Optimizers.adam(0.02)), path);
    Queue<Double> losses = new ConcurrentLinkedQueue<>();
    StreamingQuery query =
        SPARK
            .readStream()
            .schema(POINTS.schema())
            .option("maxFilesPerTrigger", 1)
            .parquet(files)
            .writeStream()
            .foreachBatch(
                (Dataset<Row> batch, Long id) -> {
                  training.call(batch, id);
                  NeuralClassificationModel now = NeuralClassificationModel.load(path);
                  losses.add(now.summary().objectiveHistory()[0]);
                  float[] trained = now.model().parameters();
                  training.call(batch, id); // as Spark does after a failure
                  assertThat(NeuralClassificationModel.load(path).model().parameters())
                      .isEqualTo(trained);
                })
            .trigger(Trigger.AvailableNow())
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .start();
    query.awaitTermination();

    assertThat(losses).hasSize(3);
    assertThat(List.copyOf(losses).get(2)).isLessThan(List.copyOf(losses).get(0));
    assertThat(NeuralClassificationModel.load(path).model().provenance().entries())
        .containsEntry("stream.batch", "2");
    try (var names = Files.list(folder)) {
      assertThat(names.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("files", "model", "checkpoint");
    }
  }

  @Test
  void aMicroBatchWithoutRowsToTrainOnChangesNothing() throws Exception {
    String path = folder.resolve("model").toString();
    MicroBatchTraining training =
        MicroBatchTraining.of(
            classifier().setNullPolicy(NullPolicy.DROP).setOptimizer(Optimizers.adam(0.02)), path);
    training.call(POINTS, 0L);
    float[] learned = NeuralClassificationModel.load(path).model().parameters();

    training.call(
        POINTS.withColumn(
            "features", functions.lit(null).cast(POINTS.schema().apply("features").dataType())),
        1L);

    assertThat(NeuralClassificationModel.load(path).model().parameters()).isEqualTo(learned);
  }

  @Test
  void aModelThatACrashLeftAsideIsGoneOnFrom() throws Exception {
    String path = folder.resolve("model").toString();
    MicroBatchTraining training = MicroBatchTraining.of(classifier(), path);
    training.call(POINTS, 0L);
    double before = NeuralClassificationModel.load(path).summary().objectiveHistory()[2];
    Files.move(folder.resolve("model"), folder.resolve("_model.old-000001-1234"));

    training.call(POINTS, 1L);

    assertThat(NeuralClassificationModel.load(path).summary().objectiveHistory()[0])
        .isLessThan(before * 1.05);
    assertThat(folder.resolve("_model.old-000001-1234")).doesNotExist();
  }

  @Test
  void aSavedStageGoesOnWithItsInitialModel() throws Exception {
    String path = folder.resolve("first").toString();
    classifier().fit(POINTS).save(path);
    NeuralClassifier stage = classifier().setInitialModel(path);
    String saved = folder.resolve("stage").toString();
    ((MLWritable) stage).save(saved);
    assertThat(NeuralClassifier.load(saved).fit(POINTS).model().parameters())
        .isEqualTo(stage.fit(POINTS).model().parameters());
  }
}
