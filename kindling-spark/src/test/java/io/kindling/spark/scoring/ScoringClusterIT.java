package io.kindling.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.Kindling;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.predict.Graphs;
import io.kindling.spark.stage.ModelTransformer;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.Points;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/** Executors in JVMs of their own. */
class ScoringClusterIT {

  private final SparkSession spark = LocalClusterSession.get();

  @Test
  void loadsAModelOncePerExecutorForTwoHundredPartitions() {
    Dataset<Row> table =
        spark
            .range(0, 2000, 1, 200)
            .toDF("id")
            .withColumn(
                "features",
                functions.array(
                    functions.col("id").cast("float"), functions.lit(1f), functions.lit(2f)));
    ScaledModel model = new ScaledModel(3, 3, 2);
    ModelSource held = model.source("cluster");
    ModelSource source =
        new ModelSource(
            "cluster",
            held.network(),
            ParameterSource.ofBroadcast(
                spark
                    .sparkContext()
                    .broadcast(
                        held.parameters().parameters(), ClassTag$.MODULE$.apply(float[].class)),
                spark
                    .sparkContext()
                    .broadcast(held.parameters().state(), ClassTag$.MODULE$.apply(float[].class))),
            held.engines());
    Scorer scorer =
        Scorer.of(
            source,
            model.binding(table.schema()),
            List.of(OutputColumn.of("out", 0, Derived.array())));

    Map<String, Long> before = loadsByExecutor();
    long beforeHere = ExecutorModels.ofThisJvm().loads();

    List<Row> scored =
        scorer.transform(table).selectExpr("id", "out[0]").orderBy("id").collectAsList();

    assertThat(scored).hasSize(2000);
    assertThat(scored.get(1999).getFloat(1)).isEqualTo(2 * 1999f);
    assertLoadedOnceSince(before);
    assertThat(ExecutorModels.ofThisJvm().loads()).isEqualTo(beforeHere);
  }

  @Test
  void loadsATrainedModelOncePerExecutorForTwoHundredPartitions() {
    NeuralClassificationModel model =
        new NeuralClassifier()
            .setNetwork(
                Network.sequential(Input.of("features", Points.SIZE), Dense.of(Points.CLASSES)))
            .setEpochs(1)
            .setNumWorkers(1)
            .fit(new Points(5).table(spark, 100));
    int[] partitions = new int[200];
    Arrays.fill(partitions, 10);
    Map<String, Long> before = loadsByExecutor();

    long scored =
        model.transform(new Points(6).table(spark, partitions)).filter("prediction >= 0").count();

    assertThat(scored).isEqualTo(2000);
    assertLoadedOnceSince(before);
  }

  @Test
  void loadsAModelMadeElsewhereOncePerExecutorForTwoHundredPartitions(@TempDir Path folder) {
    String model = Graphs.identity(DataType.DT_FLOAT, -1).write(folder);
    Dataset<Row> table = spark.range(0, 2000, 1, 200).selectExpr("cast(id AS float) AS x");
    Map<String, Long> before = loadsByExecutor();

    Dataset<Row> scored = new ModelTransformer().setModel(model).transform(table);
    Kindling.registerFunction(spark, "same", model);

    assertThat(scored.where("x = y").count()).isEqualTo(2000);
    table.createOrReplaceTempView("numbers");
    assertThat(spark.sql("SELECT x FROM numbers WHERE same(x) = x").count()).isEqualTo(2000);
    assertThat(spark.sql("SELECT x FROM numbers WHERE x < 0 OR same(x) = x").count())
        .isEqualTo(2000);
    assertLoadedOnceSince(before);
  }

  private void assertLoadedOnceSince(Map<String, Long> before) {
    Map<String, Long> loads = loadsByExecutor();
    assertThat(loads).hasSize(3);
    loads.forEach(
        (executor, count) ->
            assertThat(count - before.getOrDefault(executor, 0L))
                .as("loads on executor %s", executor)
                .isOne());
  }

  private Map<String, Long> loadsByExecutor() {
    List<Integer> numbers = IntStream.range(0, 40).boxed().collect(Collectors.toList());
    List<Tuple2<String, Long>> seen =
        new ArrayList<>(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(numbers, 40)
                .map(
                    number -> {
                      java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
                      return new Tuple2<>(
                          SparkEnv.get().executorId(), ExecutorModels.ofThisJvm().loads());
                    })
                .collect());
    return seen.stream()
        .collect(Collectors.toMap(Tuple2::_1, Tuple2::_2, (one, other) -> Math.max(one, other)));
  }
}
