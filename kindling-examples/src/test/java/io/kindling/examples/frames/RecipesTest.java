package io.kindling.examples.frames;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each recipe gives what its SQL gives. */
class RecipesTest {

  private static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[2]")
          .config("spark.ui.enabled", "false")
          .config("spark.sql.shuffle.partitions", "2")
          .getOrCreate();

  @AfterAll
  static void stop() {
    SPARK.stop();
  }

  private static Dataset<Row> numbers() {
    return SPARK.range(1, 2001, 1, 3).selectExpr("id", "id % 7 AS key", "sqrt(id) AS x");
  }

  private static void requireSame(
      Dataset<Row> ours, Dataset<Row> theirs, String key, String isSame, long count) {
    assertThat(ours.as("o").join(theirs.as("t"), key).where(isSame).count()).isEqualTo(count);
  }

  @Test
  void harmonicMeans() {
    requireSame(
        Recipes.harmonicMeans(numbers()),
        Recipes.harmonicMeansInSql(numbers()),
        "key",
        "abs(o.mean - t.mean) < 1e-9",
        7);
  }

  @Test
  void standardScores() {
    requireSame(
        Recipes.standardScores(numbers()),
        Recipes.standardScoresInSql(numbers()),
        "id",
        "abs(o.z - t.z) < 1e-9",
        2000);
  }

  @Test
  void cosines() {
    Dataset<Row> pairs =
        SPARK
            .range(1, 1001, 1, 3)
            .selectExpr(
                "id",
                "transform(sequence(1, 16), i -> sin(id * i)) AS a",
                "transform(sequence(1, 16), i -> cos(id + i)) AS b");
    requireSame(
        Recipes.cosines(pairs),
        Recipes.cosinesInSql(pairs),
        "id",
        "abs(o.cosine - t.cosine) < 1e-9",
        1000);
  }

  @Test
  void channelMeans() {
    Dataset<Row> pictures =
        SPARK
            .range(0, 100, 1, 3)
            .selectExpr(
                "id",
                "transform(sequence(1, 8), r -> transform(sequence(1, 6), c -> transform(sequence(0, 2), k -> cast(id + r * c + k as float)))) AS pixels");
    requireSame(
        Recipes.channelMeans(pictures),
        Recipes.channelMeansInSql(pictures),
        "id",
        "forall(zip_with(o.means, t.means, (p, q) -> abs(p - q) < 1e-3), e -> e)",
        100);
  }
}
