package io.kindling.spark.predecessors;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.predict.Models;
import io.kindling.spark.Kindling;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.stage.ModelTransformer;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Saved models that SparkFlow's users scored with, numbers SF-06, 07 and 11. That a saved model and
 * pipeline predict the same once they are loaded is in {@code CloudsAndXorIT}; here their files are
 * models for whoever reads a SavedModel, and so for {@link ModelTransformer} and SQL.
 */
class SparkFlowScoringTest {

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  /** XOR, in the order in which its answers are asserted: 0, 0, 1, 1. */
  private Dataset<Row> xor() {
    List<Row> rows =
        Stream.of(new double[][] {{0, 0}, {1, 1}, {1, 0}, {0, 1}})
            .map(
                each ->
                    RowFactory.create(
                        Vectors.dense(each), (double) ((int) (each[0] + each[1]) % 2)))
            .toList();
    return spark
        .createDataFrame(
            rows,
            new StructType()
                .add("features", SQLDataTypes.VectorType(), false)
                .add("label", "double"))
        .coalesce(1);
  }

  private static NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", 2), Dense.of(10).tanh(), Dense.of(10).tanh(), Dense.of(1)))
        .setOptimizer(Optimizers.adam(0.05))
        .setEpochs(60)
        .setBatchSize(4)
        .setNumWorkers(1)
        .setSeed(2);
  }

  // SF-06
  @Test
  void aSavedModelIsAModelForEverybody() throws Exception {
    NeuralClassificationModel model = classifier().fit(xor());
    String path = folder.resolve("model").toString();
    model.save(path);

    assertThat(Models.describe(Path.of(path)).format()).isEqualTo("TensorFlow SavedModel");
    answersAlike(model.transform(xor()), path);
  }

  // SF-07
  @Test
  void soIsTheStageOfASavedPipeline() throws Exception {
    PipelineModel model = new Pipeline().setStages(new PipelineStage[] {classifier()}).fit(xor());
    String path = folder.resolve("pipeline").toString();
    model.save(path);
    Path stage;
    try (Stream<Path> stages = Files.list(Path.of(path).resolve("stages"))) {
      stage = stages.toList().get(0);
    }

    answersAlike(model.transform(xor()), stage.toString());
  }

  /** The network's own answers, the logits, with the very bits that the stage made them of. */
  private void answersAlike(Dataset<Row> predicted, String path) {
    ModelTransformer transformer = new ModelTransformer().setModel(path).setCast("features");
    String output = transformer.describe().defaultSignature().outputs().get(0).name();
    Kindling.registerFunction(spark, "sparkflow", path);

    List<Row> rows =
        transformer
            .setOutput(output, "logits")
            .transform(predicted)
            .withColumn("raw", vector_to_array(col("rawPrediction"), "float32"))
            .selectExpr("raw[1]", "logits[0]", "sparkflow(features)[0]", "prediction = label")
            .collectAsList();

    assertThat(rows).hasSize(4);
    for (Row row : rows) {
      assertThat(row.getFloat(1)).isEqualTo(row.getFloat(0)).isEqualTo(row.getFloat(2));
      assertThat(row.getBoolean(3)).isTrue();
    }
  }

  /**
   * SF-11: a checkpoint of TensorFlow 1, made by {@code predecessor_models.py}, with the sizes of
   * SparkFlow's own: 151 weights, and 455 floats with the slots of Adam.
   */
  @Test
  void aCheckpointOfTensorFlow1Answers() throws Exception {
    Path checkpoint =
        Path.of(SparkFlowScoringTest.class.getResource("/predecessors/xor/xor.meta").toURI())
            .getParent();
    assertThat(checkpoint.resolve("xor.data-00000-of-00001")).hasSize(455 * Float.BYTES);

    List<Row> rows =
        new ModelTransformer()
            .setModel(checkpoint.toString())
            .setGraphOutputs("out/answer:0")
            .setInput("features", "x")
            .setCast("features")
            .setOutput("out/answer", "predicted")
            .transform(xor())
            .selectExpr("predicted[0]")
            .collectAsList();

    assertThat(rows.get(0).getFloat(0)).isLessThan(0.1f);
    assertThat(rows.get(1).getFloat(0)).isLessThan(0.1f);
    assertThat(rows.get(2).getFloat(0)).isGreaterThan(0.7f);
    assertThat(rows.get(3).getFloat(0)).isGreaterThan(0.7f);
  }
}
