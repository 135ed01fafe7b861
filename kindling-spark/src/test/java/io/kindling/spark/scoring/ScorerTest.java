package io.kindling.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kindling.spark.local.LocalSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScorerTest {

  private static final OutputColumn[] ALL = {
    OutputColumn.of("out", 0, Derived.array()),
    OutputColumn.of("rawPrediction", 0, Derived.raw(Link.SOFTMAX)),
    OutputColumn.of("probability", 0, Derived.probability(Link.SOFTMAX)),
    OutputColumn.of("prediction", 0, Derived.prediction(Link.SOFTMAX))
  };

  private final SparkSession spark = LocalSession.get();

  @AfterEach
  void nothingStaysOpen() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              assertThat(ScaledEngine.SHARED.openBatches).hasValue(0);
              assertThat(ScaledEngine.SHARED.openOutputs).hasValue(0);
            });
  }

  static StructType vectorSchema() {
    return new StructType().add("features", SQLDataTypes.VectorType());
  }

  private Dataset<Row> table(int rows, int partitions) {
    Metadata metadata = new MetadataBuilder().putString("unit", "cm").build();
    return spark
        .range(0, rows, 1, partitions)
        .toDF("id")
        .select(
            functions.col("id").cast("int").as("id", metadata),
            functions
                .array(
                    functions.col("id").cast("float"),
                    functions.lit(1f),
                    functions.expr("cast(id % 7 as float)"))
                .as("features"),
            functions.expr("if(id % 3 = 0, null, concat('n', id))").as("name"));
  }

  private static List<Row> expected(int rows) {
    List<Row> expected = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      expected.add(RowFactory.create(i, i % 3 == 0 ? null : "n" + i, 2f * i, 2f, 2f * (i % 7)));
    }
    return expected;
  }

  private static List<Row> flat(Dataset<Row> scored) {
    return scored
        .selectExpr("id", "name", "out[0]", "out[1]", "out[2]")
        .orderBy("id")
        .collectAsList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void scoresEveryRowAndKeepsItsColumns(String codegen) {
    spark.conf().set("spark.sql.codegen.wholeStage", codegen);
    try {
      Dataset<Row> table = table(2500, 3);
      Scorer scorer = new ScaledModel(3, 3, 2).scorer("keep", table.schema(), ALL);
      Dataset<Row> scored = scorer.transform(table);

      assertThat(scored.schema()).isEqualTo(scorer.transformSchema(table.schema()));
      assertThat(Arrays.copyOf(scored.columns(), 4))
          .containsExactly("id", "features", "name", "out");
      assertThat(scored.schema().apply("id").metadata().getString("unit")).isEqualTo("cm");
      assertThat(flat(scored)).isEqualTo(expected(2500));
      Row last = scored.filter("id = 2499").select("prediction", "probability").first();
      assertThat(last.getDouble(0)).isZero();
      assertThat(((Vector) last.get(1)).toArray()).containsExactly(1, 0, 0);
    } finally {
      spark.conf().unset("spark.sql.codegen.wholeStage");
    }
  }

  @Test
  void plansOnlySparksOwnOperators() {
    Dataset<Row> table = table(10, 1).repartition(2);
    Dataset<Row> scored = new ScaledModel(3, 3, 2).scorer("plan", table.schema(), ALL).transform(table);
    List<String> operators =
        Arrays.stream(scored.queryExecution().sparkPlan().toString().split("\n"))
            .map(line -> line.replaceAll("^[^A-Za-z]*", "").replaceAll("[^A-Za-z].*", ""))
            .limit(3)
            .collect(Collectors.toList());
    assertThat(operators)
        .containsExactly("SerializeFromObject", "MapPartitions", "DeserializeToObject");
  }

  @Test
  void writesOnlyColumnsThatAreSelected() {
    Dataset<Row> table = table(10, 1);
    Dataset<Row> scored = new ScaledModel(3, 3, 2).scorer("prune", table.schema(), ALL).transform(table);
    String plan = scored.select("prediction").queryExecution().optimizedPlan().toString();
    assertThat(plan.lines().filter(line -> line.contains("SerializeFromObject")).findFirst().orElseThrow())
        .contains("AS prediction#")
        .doesNotContain("AS probability#")
        .doesNotContain("AS name#");
    assertThat(scored.select("prediction").collectAsList()).hasSize(10);
  }

  @Test
  void survivesCachesFiltersJoinsLimitsAndOldReferences() {
    Dataset<Row> table = table(300, 2);
    Dataset<Row> scored = new ScaledModel(3, 3, 2).scorer("ops", table.schema(), ALL).transform(table);

    assertThat(scored.filter(table.col("id").lt(5)).count()).isEqualTo(5);
    assertThat(scored.limit(7).collectAsList()).hasSize(7);
    assertThat(scored.as("a").join(scored.as("b"), "id").count()).isEqualTo(300);
    assertThat(scored.join(table, "id").count()).isEqualTo(300);
    assertThat(scored.union(scored).count()).isEqualTo(600);
    Dataset<Row> cached = scored.cache();
    assertThat(flat(cached)).isEqualTo(expected(300));
    assertThat(cached.select("out").count()).isEqualTo(300);
    cached.unpersist();
    assertThat(flat(scored.cache().repartition(5))).isEqualTo(expected(300));
    scored.unpersist();
  }

  @Test
  void scoresWithTwoModelsInARow() {
    Dataset<Row> table = table(50, 2);
    Dataset<Row> once =
        new ScaledModel(3, 3, 2)
            .scorer("first", table.schema(), OutputColumn.of("a", 0, Derived.array()))
            .transform(table);
    Dataset<Row> twice =
        new ScaledModel(3, 1, 5)
            .scorer("second", once.schema(), OutputColumn.of("b", 0, Derived.scalar()))
            .transform(once);
    assertThat(twice.columns()).containsExactly("id", "features", "name", "a", "b");
    assertThat(twice.filter("a[0] = 2 * id and b = 5 * id").count()).isEqualTo(50);
  }

  @Test
  void givesAStreamWhatItGivesATable(@TempDir Path folder) throws Exception {
    Dataset<Row> table = table(500, 4);
    String path = folder.resolve("in").toString();
    table.write().parquet(path);
    Scorer scorer = new ScaledModel(3, 3, 2).scorer("stream", table.schema(), ALL);

    Dataset<Row> stream = scorer.transform(spark.readStream().schema(table.schema()).parquet(path));
    assertThat(stream.isStreaming()).isTrue();
    String out = folder.resolve("out").toString();
    StreamingQuery query =
        stream
            .writeStream()
            .format("parquet")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .option("path", out)
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();

    List<Row> batch = scorer.transform(spark.read().parquet(path)).orderBy("id").collectAsList();
    assertThat(spark.read().parquet(out).orderBy("id").collectAsList()).isEqualTo(batch);

    List<Long> counts = new ArrayList<>();
    scorer
        .transform(spark.readStream().schema(table.schema()).parquet(path))
        .writeStream()
        .foreachBatch((Dataset<Row> rows, Long id) -> counts.add(rows.count()))
        .option("checkpointLocation", folder.resolve("checkpoint2").toString())
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
    assertThat(counts.stream().mapToLong(Long::longValue).sum()).isEqualTo(500);
  }

  @Test
  void scoresSparseVectorsAsDenseOnes() {
    StructType schema =
        new StructType(
            new StructField[] {
              new StructField("id", DataTypes.IntegerType, false, Metadata.empty()),
              new StructField("features", SQLDataTypes.VectorType(), false, Metadata.empty())
            });
    List<Row> rows =
        List.of(
            RowFactory.create(0, Vectors.dense(0, 2, 0)),
            RowFactory.create(1, Vectors.sparse(3, new int[] {1}, new double[] {2})),
            RowFactory.create(2, Vectors.sparse(3, new int[0], new double[0])),
            RowFactory.create(3, Vectors.dense(0, 0, 0)));
    Dataset<Row> table = spark.createDataFrame(rows, schema);
    List<Row> scored =
        new ScaledModel(3, 3, 2)
            .scorer("sparse", schema, OutputColumn.of("out", 0, Derived.array()))
            .withBlockRows(3)
            .transform(table)
            .orderBy("id")
            .collectAsList();
    assertThat(scored.get(0).getList(2)).isEqualTo(List.of(0f, 4f, 0f));
    assertThat(scored.get(1).getList(2)).isEqualTo(scored.get(0).getList(2));
    assertThat(scored.get(2).getList(2)).isEqualTo(scored.get(3).getList(2));
  }

  @Test
  void closesWhatACancelledTaskHadOpened() {
    Dataset<Row> table = table(100, 1);
    Dataset<Row> slow =
        new ScaledModel(3, 3, 2)
            .scorer("cancel", table.schema(), ALL)
            .withBlockRows(1)
            .transform(table);
    Thread job =
        new Thread(
            () -> {
              spark.sparkContext().setJobGroup("cancelled", "cancelled", true);
              slow.toJavaRDD()
                  .foreach(
                      row -> {
                        new java.util.concurrent.CountDownLatch(1).await();
                      });
            });
    job.setUncaughtExceptionHandler((thread, error) -> {});
    job.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> ScaledEngine.SHARED.openBatches.get() == 1);
    spark.sparkContext().cancelJobGroup("cancelled");
  }

  @Test
  void namesTheRowThatCannotBeScored() {
    Dataset<Row> table =
        table(10, 1).withColumn("features", functions.expr("if(id = 4, null, features)"));
    Scorer scorer = new ScaledModel(3, 3, 2).scorer("null", table.schema(), ALL);
    assertThatThrownBy(() -> scorer.transform(table).collectAsList())
        .hasStackTraceContaining(
            "Column 'features' is null in row 4 of partition 0. NeuralClassifier needs a value in"
                + " every row.");
  }

  @Test
  void rejectsColumnsThatExist() {
    Dataset<Row> table = table(10, 1);
    Scorer scorer =
        new ScaledModel(3, 3, 2)
            .scorer("taken", table.schema(), OutputColumn.of("name", 0, Derived.array()));
    assertThatThrownBy(() -> scorer.transform(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Output column 'name' exists already. NeuralClassifier adds columns and replaces none."
                + " Rename or drop it first, or choose another output column.");
  }
}
