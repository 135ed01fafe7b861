package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.loss.Loss;
import io.kindling.network.CategoryEncoding;
import io.kindling.network.Concatenate;
import io.kindling.network.Dense;
import io.kindling.network.Embedding;
import io.kindling.network.GlobalAveragePool;
import io.kindling.network.Hashing;
import io.kindling.network.Input;
import io.kindling.network.Lookup;
import io.kindling.network.Mask;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.Normalization;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.local.LocalClusterSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From texts to predictions, and again from a saved model. */
class TextIT {

  private final SparkSession spark = LocalClusterSession.get();

  /** The label is whether "good" is among the words, turned round where the city is Oslo. */
  private final Dataset<Row> table =
      spark
          .range(0, 600, 1, 3)
          .selectExpr(
              "split(CASE id % 4 WHEN 0 THEN 'a good day' WHEN 1 THEN 'a bad day'"
                  + " WHEN 2 THEN 'good' ELSE 'really a very bad one' END, ' ') AS words",
              "IF(id % 7 < 3, 'Oslo', 'Rome') AS city", "id % 2 = 0 AS isGood")
          .selectExpr("words", "city", "CAST(isGood != (city = 'Oslo') AS int) AS label");

  @Test
  void trainsAndScoresOnRawTexts(@TempDir Path folder) throws Exception {
    Lookup vocabulary = Adapt.lookup(table, "words", 100);
    assertThat(vocabulary.words()).startsWith("a", "bad", "day", "good").hasSize(7);
    Input words = Input.ofTexts("words", vocabulary, 4);
    Input city = Input.ofText("city", Hashing.into(32));
    Node read =
        GlobalAveragePool.of()
            .on(Embedding.of(vocabulary.size(), 8).on(words), Mask.of().on(words));
    Node both = Concatenate.of().on(read, CategoryEncoding.of(32).on(city));
    Node hidden = Dense.of(16).tanh().on(both);
    NeuralModel model =
        new NeuralEstimator()
            .setNetwork(
                Network.functional(
                    List.of(words, city), List.of(Dense.of(2).named("sense").on(hidden))))
            .setLosses(Map.of("sense", Loss.sparseCategoricalCrossEntropy()))
            .setLabelCols("label")
            .setOptimizer(Optimizers.adam(0.02))
            .setEpochs(8)
            .setBatchSize(32)
            .setNumWorkers(2)
            .fit(table);
    String path = folder.resolve("model").toString();
    model.write().save(path);
    Dataset<Row> scored = NeuralModel.load(path).transform(table);
    assertThat(scored.where("IF(sense[1] > sense[0], 1, 0) = label").count()).isEqualTo(600);
  }

  @Test
  void normalizesByMeanAndDeviation() {
    Dataset<Row> numbers =
        spark.range(4).selectExpr("CAST(id AS float) AS x", "array(id * 2.5D, 7D) AS pair");
    Normalization one = Adapt.normalization(numbers, "x");
    assertThat(one.means()).containsExactly(1.5);
    assertThat(one.deviations().get(0)).isCloseTo(Math.sqrt(1.25), within(1e-12));
    Normalization pair = Adapt.normalization(numbers, "pair");
    assertThat(pair.means()).containsExactly(3.75, 7.0);
    assertThat(pair.deviations().get(0)).isCloseTo(2.5 * Math.sqrt(1.25), within(1e-12));
    assertThat(pair.deviations().get(1)).isEqualTo(1);
    assertThat(Adapt.normalization(numbers.withColumnRenamed("x", "a.`b"), "a.`b").means())
        .containsExactly(1.5);
    assertThatThrownBy(() -> Adapt.normalization(numbers, "y"))
        .hasMessage("Cannot adapt to column 'y': it is missing. The columns are [x, pair].");
    assertThatThrownBy(() -> Adapt.normalization(numbers.selectExpr("'1' AS s"), "s"))
        .hasMessage("Cannot adapt to column 's': it has type string, where numbers are needed.");
    assertThatThrownBy(
            () -> Adapt.normalization(numbers.selectExpr("IF(x > 1, x, NULL) AS x"), "x"))
        .hasMessageContaining("it holds nulls");
    assertThatThrownBy(
            () -> Adapt.normalization(numbers.selectExpr("IF(x > 1, x, double('NaN')) AS x"), "x"))
        .hasMessageContaining("it holds NaN");
    assertThatThrownBy(() -> Adapt.normalization(numbers.limit(0), "x"))
        .hasMessage("Cannot adapt to column 'x': the data has no rows.");
  }

  @Test
  void looksUpTheMostFrequentFirst() {
    Dataset<Row> numbers = spark.range(10).selectExpr("IF(id < 9, id % 3, NULL) AS n", "id");
    assertThat(Adapt.lookup(numbers, "n", 2).words()).containsExactly("0", "1");
    assertThat(Adapt.lookup(numbers.where("id < 7"), "n", 9, 3).words()).containsExactly("0");
    assertThatThrownBy(() -> Adapt.lookup(numbers, "n", 0))
        .hasMessage("Invalid number of texts 0 to look up. Use at least 1.");
    assertThatThrownBy(() -> Adapt.lookup(numbers, "n", 2, 4))
        .hasMessage("Cannot adapt to column 'n': it holds no text 4 times.");
    assertThatThrownBy(() -> Adapt.lookup(numbers.where("id = 9"), "n", 2))
        .hasMessage("Cannot adapt to column 'n': it holds no text.");
  }
}
