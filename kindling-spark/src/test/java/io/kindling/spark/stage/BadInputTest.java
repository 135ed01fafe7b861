package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.input.Device;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.testing.FullFileSystem;
import io.kindling.training.TrainingFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What people do wrong, and what they are told: what, why, and how to mend it. */
class BadInputTest {

  private static final SparkSession SPARK = LocalSession.get();

  @TempDir private Path folder;

  private static NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(Network.sequential(Input.of("features", 2), Dense.of(4).relu(), Dense.of(3)))
        .setEpochs(1)
        .setBatchSize(4);
  }

  private static Dataset<Row> good() {
    return table(Vectors.dense(1, 2), 0.0);
  }

  /** Five good rows, and in the fourth place another. */
  private static Dataset<Row> table(Vector features, Double label) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rows.add(
          i == 3
              ? RowFactory.create(features, label)
              : RowFactory.create(Vectors.dense(i, 1), (double) (i % 3)));
    }
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    return SPARK.createDataFrame(rows, schema).coalesce(1);
  }

  static Stream<Arguments> rows() {
    Vector good = Vectors.dense(1, 2);
    String labels =
        " NeuralClassifier needs labels that are whole numbers from 0 to 2. Filter such rows out, or correct the column.";
    return Stream.of(
        arguments(
            "a longer vector",
            Vectors.dense(1, 2, 3),
            0.0,
            "Column 'features' has 3 elements in row 3 of partition 0. NeuralClassifier needs 2 for tensor 'features'."
                + " Filter out or pad such rows, or give the network's input their length, or, for arrays, setLengthPolicy."),
        arguments(
            "a null feature",
            null,
            0.0,
            "Column 'features' is null in row 3 of partition 0. NeuralClassifier needs a value in every row. Drop such"
                + " rows first, for example with na().drop(), or fill them, for example with Imputer, or setNullPolicy."),
        arguments(
            "a null label",
            good,
            null,
            "Column 'label' is null in row 3 of partition 0. NeuralClassifier needs a value in every row. Drop such"
                + " rows first, for example with na().drop(), or fill them, for example with Imputer."),
        arguments(
            "a label that is NaN",
            good,
            Double.NaN,
            "Column 'label' is NaN in row 3 of partition 0." + labels),
        arguments(
            "a negative label",
            good,
            -1.0,
            "Column 'label' is -1.0 in row 3 of partition 0." + labels),
        arguments(
            "a fractional label",
            good,
            0.5,
            "Column 'label' is 0.5 in row 3 of partition 0." + labels),
        arguments(
            "a label beyond the classes",
            good,
            3.0,
            "Column 'label' is 3.0 in row 3 of partition 0." + labels));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aRowThatDoesNotSuitEndsTraining(String what, Vector features, Double label, String message) {
    assertThatThrownBy(() -> classifier().fit(table(features, label)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void anAnswerOfYesOrNoLiesBetweenThem() {
    NeuralRegressor regressor =
        new NeuralRegressor()
            .setNetwork(Network.sequential(Input.of("features", 2), Dense.of(1)))
            .setLoss(Loss.binaryCrossEntropy())
            .setMetrics()
            .setEpochs(1);
    regressor.fit(table(Vectors.dense(1, 2), 1.0).withColumn("label", functions.expr("label / 2")));
    assertThatThrownBy(() -> regressor.fit(table(Vectors.dense(1, 2), 1.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NeuralRegressor needs numbers from 0 (no) to 1 (yes).");
  }

  @Test
  void aRowThatDoesNotSuitEndsScoring() {
    NeuralClassificationModel model = classifier().fit(good());
    assertThatThrownBy(() -> model.transform(table(null, 0.0)).collect())
        .isInstanceOf(SparkException.class)
        .hasStackTraceContaining("Column 'features' is null in row 3 of partition 0.");
  }

  @Test
  void allMismatchesOfATableAreNamedAtOnce() {
    Dataset<Row> wrong =
        good()
            .withColumn("features", functions.lit("text"))
            .withColumn("prediction", functions.lit(1))
            .withColumn("check", functions.lit(1));
    NeuralClassifier classifier =
        classifier()
            .setLabelCol("class")
            .setWeightCol("features")
            .setValidationIndicatorCol("check");
    assertThatThrownBy(() -> classifier.fit(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            Column 'features' has type string. NeuralClassifier needs a numeric array or a vector. Index the strings first, for example with StringIndexer.
            Column 'class' is missing. NeuralClassifier reads it as 'dense_2' int32[?]. The columns are [features, label, prediction, check].
            Column 'features' has type string. NeuralClassifier needs a number. Index the strings first, for example with StringIndexer.
            Column 'check' has type int. validationIndicatorCol needs a boolean column, true where a row is for validation.
            The columns [prediction] exist already. NeuralClassifier adds columns and never replaces one: drop them, or give its output columns other names.""");
  }

  @Test
  void anEmptyTableTeachesNothing() {
    assertThatThrownBy(() -> classifier().fit(good().limit(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The data set has no row to train on. NeuralClassifier needs at least one row that is not kept for"
                + " validation.");
  }

  @Test
  void aNetworkHasToEndAsItsLabelNeeds() {
    assertThatThrownBy(
            () ->
                classifier()
                    .setNetwork(Network.sequential(Input.of("features", 2, 1), Dense.of(3)))
                    .fit(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unsupported output 'dense_1' float32[?, 2, 3]. NeuralClassifier takes one logit per class: end the"
                + " network with Flatten and a Dense layer of as many units as there are classes.");
    assertThatThrownBy(
            () ->
                new NeuralRegressor()
                    .setNetwork(Network.sequential(Input.of("features", 2), Dense.of(3)))
                    .fit(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unsupported network with inputs ['features' float32[?, 2]] and outputs ['dense_1' float32[?, 3]]."
                + " NeuralRegressor takes one input and gives one number per row: end the network with"
                + " Dense.of(1), or use NeuralEstimator for more.");
    Dataset<Row> indexed =
        new org.apache.spark.ml.feature.StringIndexer()
            .setInputCol("text")
            .setOutputCol("class")
            .fit(
                good()
                    .withColumn(
                        "text", functions.expr("string(row_number() over (order by label))")))
            .transform(good().withColumn("text", functions.lit("1")));
    assertThatThrownBy(() -> classifier().setLabelCol("class").fit(indexed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Column 'class' has 6 classes. NeuralClassifier tells 3 apart. Give the network an output per class.");
  }

  private static NeuralClassifier with(String param, String text) {
    NeuralClassifier classifier = classifier();
    classifier.set(param, text);
    return classifier;
  }

  @Test
  void aNameInJsonHasToBeKnown() {
    String network = classifier().getNetwork().toJson().replace("\"dense\"", "\"danse\"");
    assertThatThrownBy(() -> with("network", network).fit(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Unknown layer type 'danse'. Known types are [activate, add, ");
    String optimizer = Optimizers.adam(0.1).toJson().replace("scale_by_adam", "scale_by_adams");
    assertThatThrownBy(() -> with("optimizer", optimizer).fit(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Unknown optimizer part 'scale_by_adams'. Known are [add_decayed_weights, ");
    String rate = Optimizers.adam(0.1).toJson().replace("constant", "constnat");
    assertThatThrownBy(() -> with("optimizer", rate).fit(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Unknown learning rate 'constnat'. Known are [constant, cosine, ");
  }

  @Test
  void moreWorkersThanSlotsAreRefused() {
    assertThatThrownBy(() -> classifier().setNumWorkers(7).fit(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Failed to place 7 workers: the master local[2] has 2 task slots. Ask for fewer workers with"
                + " setNumWorkers, or for more cores.");
  }

  @Test
  void aGpuThatSparkDoesNotGiveIsRefused() {
    String message =
        "The device is gpu, but Spark gives no GPUs to tasks of this application. Set"
            + " spark.task.resource.gpu.amount=1, spark.executor.resource.gpu.amount=1 and"
            + " spark.executor.resource.gpu.discoveryScript (Spark brings one:"
            + " examples/src/main/scripts/getGpusResources.sh), or choose the device cpu.";
    assertThatThrownBy(() -> classifier().setDevice(Device.GPU).fit(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    NeuralClassificationModel model = classifier().fit(good()).setDevice(Device.GPU);
    assertThatThrownBy(() -> model.transform(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aLossThatIsLostEndsTrainingWithItsCause() {
    Dataset<Row> huge =
        good().withColumn("height", functions.expr("1e30 * (1 + label)")).drop("label");
    NeuralRegressor regressor =
        new NeuralRegressor()
            .setNetwork(Network.sequential(Input.of("features", 2), Dense.of(1)))
            .setLabelCol("height")
            .setLearningRate(0.5);
    assertThatThrownBy(() -> regressor.fit(huge))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageMatching(
            "(?s)Rank 0 on .* failed in step 0 while training: .*The loss is Infinity in step 1, epoch 1, at learning"
                + " rate 0\\.5\\. The largest number of its gradient is .*E31 in 'dense_1/kernel'\\. A feature"
                + " is NaN or infinite, or the learning rate is too large\\. .*");
  }

  @Test
  void aPathThatExistsIsKept() throws Exception {
    NeuralClassificationModel model = classifier().fit(good());
    Path path = folder.resolve("model");
    model.save(path.toString());
    byte[] before = Files.readAllBytes(path.resolve("model/parameters.f32"));
    assertThatThrownBy(() -> model.save(path.toString()))
        .hasMessage(
            "Failed to save to file:"
                + path
                + ": the path exists. Use write().overwrite().save(path) to replace it.");
    assertThat(Files.readAllBytes(path.resolve("model/parameters.f32"))).isEqualTo(before);
  }

  @Test
  void aDamagedOrNewerModelIsNotLoaded() throws Exception {
    Path path = folder.resolve("model");
    classifier().fit(good()).save(path.toString());
    Path parameters = path.resolve("model/parameters.f32");
    byte[] bytes = Files.readAllBytes(parameters);
    bytes[5] ^= 1;
    Files.delete(path.resolve("model/.parameters.f32.crc"));
    Files.write(parameters, bytes);
    assertThatThrownBy(() -> NeuralClassificationModel.load(path.toString()))
        .hasMessageContaining("its file 'parameters.f32' has changed since it was written: ");
    bytes[5] ^= 1;
    Files.write(parameters, bytes);
    Path manifest = path.resolve("model/kindling.json");
    Files.writeString(
        manifest,
        Files.readString(manifest).replaceFirst("\"version\"\\s*:\\s*1", "\"version\":99"));
    Files.delete(path.resolve("model/.kindling.json.crc"));
    assertThatThrownBy(() -> NeuralClassificationModel.load(path.toString()))
        .hasMessageContaining("version 99");
  }

  @Test
  void aFullDiskKeepsWhatWasThereAndLeavesNothingHalf() throws Exception {
    FullFileSystem.register(SPARK.sparkContext().hadoopConfiguration());
    NeuralClassificationModel old = classifier().fit(good());
    NeuralClassificationModel next = classifier().setEpochs(2).fit(good());
    String path = FullFileSystem.uri(folder.resolve("model"));
    FullFileSystem.leave(Long.MAX_VALUE);
    old.save(path);
    FullFileSystem.leave(4096);
    assertThatThrownBy(() -> next.write().overwrite().save(path))
        .hasStackTraceContaining("No space left on device");
    assertThatThrownBy(() -> next.save(path + "-other"))
        .hasStackTraceContaining("No space left on device");
    try (Stream<Path> names = Files.list(folder)) {
      assertThat(names.map(name -> name.getFileName().toString())).containsExactly("model");
    }
    assertThat(NeuralClassificationModel.load(path).model().parameters())
        .isEqualTo(old.model().parameters());
  }
}
