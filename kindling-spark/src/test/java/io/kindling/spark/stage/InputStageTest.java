package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.loss.Loss;
import io.kindling.network.CategoryEncoding;
import io.kindling.network.Concatenate;
import io.kindling.network.Dense;
import io.kindling.network.Embedding;
import io.kindling.network.Flatten;
import io.kindling.network.GlobalAveragePool;
import io.kindling.network.Input;
import io.kindling.network.Lookup;
import io.kindling.network.Mask;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.spark.input.LengthPolicy;
import io.kindling.spark.input.NullPolicy;
import io.kindling.spark.local.LocalSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns as they come: with nulls, of many lengths, sparse, pictures, bytes, booleans. */
class InputStageTest {

  private static final SparkSession SPARK = LocalSession.get();

  private static Dataset<Row> table(DataType type, Object... values) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      rows.add(RowFactory.create(i, values[i], (double) (i % 2)));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("x", type)
            .add("label", DataTypes.DoubleType);
    return SPARK.createDataFrame(rows, schema);
  }

  private static NeuralRegressor regressor(Network network) {
    return new NeuralRegressor()
        .setNetwork(network)
        .setFeaturesCol("x")
        .setBatchSize(2)
        .setEpochs(2);
  }

  @Test
  void dropsRowsWithANullFromTrainingAndScoring() {
    Dataset<Row> table =
        table(
            DataTypes.createArrayType(DataTypes.DoubleType),
            new Double[] {1.0, 2.0},
            null,
            new Double[] {3.0, null},
            new Double[] {4.0, 5.0});
    NeuralRegressor regressor =
        regressor(Network.sequential(Input.of("x", 2), Dense.of(1))).setNullPolicy(NullPolicy.DROP);

    NeuralRegressionModel model = regressor.fit(table);

    assertThat(model.summary().last().training().rows()).isEqualTo(2);
    assertThat(ids(model.transform(table))).containsExactly(0, 3);
  }

  private static List<Integer> ids(Dataset<Row> table) {
    return table.orderBy("id").select("id").collectAsList().stream()
        .map(row -> row.getInt(0))
        .toList();
  }

  @Test
  void aPolicyIsThatOfItsColumnAndTravelsWithTheModel(@TempDir Path folder) throws Exception {
    Dataset<Row> table = table(DataTypes.DoubleType, 1.0, null, 3.0, 4.0);
    NeuralRegressor regressor =
        regressor(Network.sequential(Input.of("x"), io.kindling.network.Reshape.of(1), Dense.of(1)))
            .setNullPolicy(NullPolicy.DROP)
            .setNullPolicy(NullPolicy.ZERO, "x");
    NeuralRegressionModel model = regressor.fit(table);
    model.save(folder.resolve("model").toString());

    NeuralRegressionModel loaded = NeuralRegressionModel.load(folder.resolve("model").toString());

    assertThat(loaded.getPolicies().nullsOf("x")).isEqualTo(NullPolicy.ZERO);
    assertThat(loaded.getPolicies().nullsOf("y")).isEqualTo(NullPolicy.DROP);
    Dataset<Row> zeros = table.na().fill(0);
    assertThat(predictions(loaded.transform(table))).isEqualTo(predictions(model.transform(zeros)));
  }

  private static List<Double> predictions(Dataset<Row> table) {
    return table.orderBy("id").select("prediction").collectAsList().stream()
        .map(row -> row.getDouble(0))
        .toList();
  }

  @Test
  void aMaskTellsTheNetworkWhereNumbersAre() {
    // The target is 1 where x is null: only the mask can tell.
    Dataset<Row> table =
        table(DataTypes.DoubleType, 0.5, null, -0.3, null, 0.0, null, 0.1, null, 0.2, null);
    Input x = Input.of("x", 1);
    Input present = Input.presenceOf(x);
    Network network =
        Network.functional(
            List.of(x, present), List.of(Dense.of(1).on(Concatenate.of().on(x, present))));
    NeuralRegressor regressor =
        regressor(network).setNullPolicy(NullPolicy.MASK).setLearningRate(0.05).setEpochs(120);

    List<Double> predictions = predictions(regressor.fit(table).transform(table));

    for (int i = 0; i < 10; i++) {
      assertThat(predictions.get(i)).isCloseTo(i % 2, within(0.1));
    }
  }

  @Test
  void refusesPoliciesThatCannotWork() {
    Dataset<Row> table = table(DataTypes.DoubleType, 1.0, 2.0);
    NeuralRegressor regressor =
        regressor(Network.sequential(Input.of("x", 1), Dense.of(1)))
            .setNullPolicy(NullPolicy.MASK)
            .setLengthPolicy(LengthPolicy.PAD_END, "y");
    assertThatThrownBy(() -> regressor.fit(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The policies for nulls and lengths name columns [y] that are not read. Columns read are [x].\n"
                + "The network cannot be told where column 'x' is null (null policy mask). Give it an input"
                + " Input.presenceOf(…) of 'x', or choose another policy.");
  }

  @Test
  void textsHaveNoPolicyButDrop() {
    Dataset<Row> table = table(DataTypes.StringType, "a", null, "b", "a");
    Network network =
        Network.sequential(
            Input.ofText("x", Lookup.of("a", "b")), CategoryEncoding.of(4), Dense.of(1));
    assertThatThrownBy(() -> regressor(network).setNullPolicy(NullPolicy.ZERO, "x").fit(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Column 'x' holds texts: a null counts as no text, and sequences are cut and filled up at their"
                + " end. Only the null policy drop can be chosen for it.");
    NeuralRegressionModel model = regressor(network).setNullPolicy(NullPolicy.DROP, "x").fit(table);
    assertThat(ids(model.transform(table))).containsExactly(0, 2, 3);
  }

  @Test
  void sequencesOfManyLengthsArePadded() {
    Dataset<Row> table =
        table(
            DataTypes.createArrayType(DataTypes.IntegerType),
            new Integer[] {1},
            new Integer[] {1, 2, 1, 2, 1, 2, 1},
            new Integer[] {},
            new Integer[] {3, 3, 3, 3});
    Input words = Input.ofWholeNumbers("x", 4);
    Node pooled = GlobalAveragePool.of().on(Embedding.of(5, 3).on(words), Mask.of().on(words));
    Network network = Network.functional(List.of(words), List.of(Dense.of(1).on(pooled)));
    NeuralRegressor regressor = regressor(network).setLengthPolicy(LengthPolicy.PAD_END);

    NeuralRegressionModel model = regressor.fit(table);

    Dataset<Row> padded =
        table.withColumn("x", functions.expr("slice(concat(x, array(0, 0, 0, 0)), 1, 4)"));
    assertThat(predictions(model.transform(table))).isEqualTo(predictions(model.transform(padded)));
    assertThatThrownBy(() -> regressor(network).fit(table)).hasMessageContaining("elements in row");
  }

  @Test
  void sparseVectorsTrainAsTheirDenseForm() {
    Vector[] vectors = new Vector[40];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = Vectors.sparse(30, new int[] {i % 7, 10 + i % 13}, new double[] {1 + i % 3, -1});
    }
    Dataset<Row> sparse = table(SQLDataTypes.VectorType(), (Object[]) vectors);
    Dataset<Row> dense =
        table(SQLDataTypes.VectorType(), Arrays.stream(vectors).map(Vector::toDense).toArray());
    Network network =
        Network.sequential(Input.ofSparse("x", 30, 2), Dense.of(4).tanh(), Dense.of(1));
    NeuralRegressionModel model = regressor(network).setSeed(4).fit(sparse);

    assertThat(predictions(model.transform(sparse)))
        .isEqualTo(predictions(regressor(network).setSeed(4).fit(dense).transform(dense)));
    assertThat(model.numFeatures()).isEqualTo(30);
    assertThat(model.predict(vectors[3]))
        .isCloseTo(predictions(model.transform(sparse)).get(3), within(1e-5));
  }

  @Test
  void picturesBytesAndBooleansAreNumbers() {
    byte[] bytes = {1, 2, 3, (byte) 200};
    Dataset<Row> pictures =
        table(
            ImageSchema.columnSchema(),
            RowFactory.create("a", 2, 2, 1, 0, bytes),
            RowFactory.create("b", 2, 2, 1, 0, bytes));
    Dataset<Row> binary = table(DataTypes.BinaryType, bytes, bytes);
    NeuralRegressionModel model =
        regressor(Network.sequential(Input.of("x", 2, 2, 1), Flatten.of(), Dense.of(1)))
            .fit(pictures);
    assertThat(predictions(model.transform(pictures)))
        .isEqualTo(predictions(model.transform(binary)));

    Dataset<Row> booleans = table(DataTypes.BooleanType, true, false, true);
    NeuralRegressionModel ofBooleans =
        regressor(Network.sequential(Input.of("x", 1), Dense.of(1))).fit(booleans);
    assertThat(predictions(ofBooleans.transform(booleans)))
        .isEqualTo(
            predictions(
                ofBooleans.transform(booleans.withColumn("x", functions.col("x").cast("int")))));
  }

  @Test
  void anAutoencoderGivesItsMiddle() {
    Dataset<Row> table =
        table(
            SQLDataTypes.VectorType(),
            Vectors.dense(0.1, 0.2, 0.3, 0.4),
            Vectors.dense(0.4, 0.3, 0.2, 0.1),
            Vectors.dense(0.5, 0.5, 0.5, 0.5));
    NeuralEstimator autoencoder =
        new NeuralEstimator()
            .setNetwork(
                Network.sequential(
                    Input.of("x", 4), Dense.of(2).sigmoid().named("code"), Dense.of(4)))
            .setLoss(Loss.meanSquaredError())
            .setLabelCols("x")
            .setOutputLayers("code")
            .setOutputCols("code");

    assertThat(autoencoder.transformSchema(table.schema()).apply("code").dataType().catalogString())
        .isEqualTo("array<float>");
    NeuralModel model = autoencoder.fit(table);
    for (Row row : model.transform(table).select("code").collectAsList()) {
      assertThat(row.<Float>getList(0)).hasSize(2).allMatch(value -> value > 0 && value < 1);
    }
    assertThat(
            model
                .copy(new org.apache.spark.ml.param.ParamMap())
                .setOutputLayers("code", "dense_1")
                .setOutputCols("a", "b")
                .transform(table)
                .columns())
        .containsExactly("id", "x", "label", "a", "b");
    assertThatThrownBy(() -> autoencoder.setOutputLayers("middle").fit(table))
        .hasMessage("Unknown layers [middle]. The network has [code, dense_1].");
  }

  @Test
  void theInnerLayersOfAClassifierAreColumnsOfAModelOfTheirOwn() {
    Dataset<Row> table = table(SQLDataTypes.VectorType(), Vectors.dense(1, 2), Vectors.dense(3, 4));
    NeuralClassificationModel model =
        new NeuralClassifier()
            .setNetwork(
                Network.sequential(
                    Input.of("features", 2), Dense.of(5).relu().named("inner"), Dense.of(2)))
            .setFeaturesCol("x")
            .setEpochs(1)
            .fit(table);
    Dataset<Row> inner = model.withOutputLayers("inner").transform(model.transform(table));
    assertThat(inner.select("inner").first().getList(0)).hasSize(5);
  }
}
