package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cli.job.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Beside Spark's own evaluators, on rows drawn at random. */
class QualityTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType)
          .add("name", DataTypes.StringType)
          .add("prediction", DataTypes.DoubleType)
          .add("probability", SQLDataTypes.VectorType());

  private static SparkSession spark;
  private static Dataset<Row> scored;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate();
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int label = random.nextInt(3);
      int prediction = random.nextInt(4) == 0 ? random.nextInt(3) : label;
      double sure = random.nextDouble();
      double[] probability = {(1 - sure) / 2, (1 - sure) / 2, (1 - sure) / 2};
      probability[prediction] = sure;
      rows.add(
          RowFactory.create(
              (double) label,
              "abc".substring(label, label + 1),
              (double) prediction,
              Vectors.dense(probability)));
    }
    scored = spark.createDataFrame(rows, SCHEMA);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void agreesOnClasses() {
    Quality numbered =
        Quality.ofClasses(scored, new Labels("label", List.of()), "prediction", "probability", 3);
    Quality named =
        Quality.ofClasses(
            scored, new Labels("name", List.of("a", "b", "c")), "prediction", "probability", 3);

    assertThat(numbered.rows()).isEqualTo(200);
    assertThat(named.figures()).isEqualTo(numbered.figures());
    assertThat(numbered.figures().get("accuracy")).isCloseTo(sparks("accuracy"), within(1e-12));
    assertThat(numbered.figures().get("weightedF1")).isCloseTo(sparks("f1"), within(1e-12));
    assertThat(numbered.figures().get("logLoss")).isCloseTo(sparks("logLoss"), within(1e-9));
  }

  @Test
  void leavesLogLossOutWhereThereAreNoProbabilities() {
    assertThat(
            Quality.ofClasses(scored, new Labels("label", List.of()), "prediction", "", 3)
                .figures())
        .containsOnlyKeys("accuracy", "weightedF1");
  }

  @Test
  void agreesOnNumbers() {
    Quality quality = Quality.ofNumbers(scored, "label", "prediction");

    for (String figure : List.of("rmse", "mae", "r2")) {
      double expected = new RegressionEvaluator().setMetricName(figure).evaluate(scored);
      assertThat(quality.figures().get(figure)).as(figure).isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void saysThatThereIsNothingToCompareWith() {
    assertThatThrownBy(() -> Quality.ofNumbers(scored.limit(0), "label", "prediction"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There are no rows with a label to compare predictions with. Give some.");
  }

  private static double sparks(String metric) {
    return new MulticlassClassificationEvaluator().setMetricName(metric).evaluate(scored);
  }
}
