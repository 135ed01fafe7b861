package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.local.LocalClusterSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred rows of six numbers, of class 1 where their sum, weighted by 1 to 6, is above 0; as
 * many workers as there are executors.
 */
class HundredRowsIT {

  private static final int ROWS = 100;
  private static final int SIZE = 6;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType, false)
          .add("features", SQLDataTypes.VectorType(), false)
          .add("label", DataTypes.DoubleType, false);

  private final SparkSession spark = LocalClusterSession.get();
  private final Random random = new Random(12345);
  private final Dataset<Row> table = table(ROWS, SIZE);

  private Dataset<Row> table(int count, int size) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] features = new double[size];
      double sum = 0;
      for (int j = 0; j < size; j++) {
        features[j] = random.nextGaussian();
        sum += (j + 1) * features[j];
      }
      rows.add(RowFactory.create(i, Vectors.dense(features), sum > 0 ? 1.0 : 0.0));
    }
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 2), SCHEMA);
  }

  private static NeuralClassifier classifier(Optimizer optimizer, int batch, int epochs) {
    return new NeuralClassifier()
        .setNetwork(Network.sequential(Input.of("features", SIZE), Dense.of(2)))
        .setOptimizer(optimizer)
        .setBatchSize(batch)
        .setEpochs(epochs)
        .setSeed(1);
  }

  private double accuracy(NeuralClassificationModel model) {
    return model.transform(table).where("prediction = label").count() / (double) ROWS;
  }

  @Test
  void learnsByLbfgsOnAllRowsAtOnce() {
    assertThat(accuracy(classifier(Optimizers.lbfgs(0.1), ROWS, 20).fit(table)))
        .isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void learnsByAdamTenRowsAtATime() {
    NeuralClassifier classifier =
        classifier(Optimizers.adam(0.01), 10, 10)
            .setNetwork(
                Network.sequential(Input.of("features", SIZE), Dense.of(10).relu(), Dense.of(1)));

    assertThat(accuracy(classifier.fit(table))).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void takesABatchThatDividesNeitherRowsNorWorkers() {
    NeuralClassificationModel model = classifier(Optimizers.adam(0.1), 52, 10).fit(table);

    assertThat(model.summary().totalIterations()).isEqualTo(20);
    assertThat(model.summary().last().training().rows()).isEqualTo(ROWS);
    assertThat(accuracy(model)).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void aLoadedModelPredictsTheSame(@TempDir Path folder) throws Exception {
    NeuralClassificationModel model = classifier(Optimizers.adam(0.1), 52, 2).fit(table);
    String path = folder.resolve("model").toString();
    model.save(path);

    assertThat(rows(NeuralClassificationModel.load(path).transform(table)))
        .isEqualTo(rows(model.transform(table)));
  }

  private static List<Row> rows(Dataset<Row> scored) {
    return Arrays.asList((Row[]) scored.orderBy("id").collect());
  }

  @Test
  void thePredictionIsTheClassOfTheGreatestOutput() {
    Dataset<Row> pictures = table(10, 28 * 28);
    NeuralClassificationModel model =
        new NeuralClassifier()
            .setNetwork(
                Network.sequential(
                    Input.of("features", 28, 28, 1),
                    Conv2d.of(6, 5).tanh(),
                    MaxPool2d.of(2),
                    Conv2d.of(12, 5).tanh(),
                    MaxPool2d.of(2),
                    Flatten.of(),
                    Dense.of(100).tanh(),
                    Dense.of(10)))
            .setEpochs(1)
            .setSeed(1)
            .fit(pictures);

    for (Row row : rows(model.transform(pictures))) {
      Vector raw = row.getAs("rawPrediction");
      assertThat(row.<Double>getAs("prediction")).isEqualTo(raw.argmax());
      assertThat(model.predict(row.getAs("features"))).isEqualTo(raw.argmax());
    }
  }
}
