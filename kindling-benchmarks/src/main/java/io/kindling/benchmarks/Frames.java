package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.examples.frames.Recipes;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import io.kindling.spark.frame.TensorFrame;
import io.kindling.spark.frame.TensorProgram;
import io.kindling.tensorflow.GraphProgram;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Tensor programs over the columns of tables in Parquet, all rows consumed by Spark's {@code noop}
 * writer, in one thread, against Spark SQL's own expressions; and a matrix product per block
 * against the same graph on tensors that lie ready.
 *
 * <p>{@code kindling-benchmarks/run frames}
 */
final class Frames implements Benchmark {

  private static final long NUMBERS = 20_000_000;
  private static final int SIDE = 256;
  private static final int BLOCK = 256;
  private static final int MATRIX_ROWS = 64 * 1024;
  private static final int SEVERAL = 8;
  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 7;

  @Override
  public String name() {
    return "frames";
  }

  @Override
  public void run(Report report) throws Exception {
    String folder = Files.createTempDirectory("kindling-frames").toString();
    try (SparkSession spark = Images.session("local[1]")) {
      report.add(sums(spark, folder));
      Dataset<Row> vectors = vectors(spark, folder + "/vectors");
      report.add(products(vectors, 1));
      report.remark(products(vectors, SEVERAL).toJson());
      for (Comparison recipe : recipes(spark, folder)) {
        report.remark(recipe.toJson());
      }
    }
  }

  private static Comparison sums(SparkSession spark, String folder) throws Exception {
    String path = folder + "/numbers";
    spark.range(0, NUMBERS, 1, 1).selectExpr("double(id) AS x").write().parquet(path);
    Dataset<Row> numbers = spark.read().parquet(path);
    TensorFrame moved =
        TensorFrame.of(numbers)
            .mapBlocks(
                g ->
                    g.output(
                        "z", g.tf().math.add(g.column("x", TFloat64.class), g.tf().constant(3.0))));
    return Comparison.alternate(
        new Case("frames", "z = x + 3 over 20 M doubles, against SQL", 0.5, "rows/s"),
        WARM_UPS,
        ROUNDS,
        () -> NUMBERS / secondsOf(moved.rows()),
        () -> NUMBERS / secondsOf(numbers.selectExpr("x + 3D AS z", "x")));
  }

  private static GraphProgram product(int times) {
    Random random = new Random(1);
    float[][] matrix = new float[SIDE][SIDE];
    for (float[] row : matrix) {
      for (int i = 0; i < SIDE; i++) {
        row[i] = (float) random.nextGaussian() / 16;
      }
    }
    return GraphProgram.of(
        g -> {
          Operand<TFloat32> value = g.placeholder("x", TFloat32.class, -1, SIDE);
          Operand<TFloat32> constant = g.tf().constant(matrix);
          for (int i = 0; i < times; i++) {
            value = g.tf().linalg.matMul(value, constant);
          }
          g.output("n", g.tf().sum(value, g.tf().constant(1)));
        });
  }

  private static Dataset<Row> vectors(SparkSession spark, String path) {
    spark
        .range(0, MATRIX_ROWS, 1, 1)
        .selectExpr("transform(sequence(0, 255), i -> float(pmod(id * 31 + i, 17)) / 17F) AS x")
        .write()
        .option("parquet.enable.dictionary", "false")
        .parquet(path);
    return spark.read().parquet(path);
  }

  private static Comparison products(Dataset<Row> vectors, int times) throws Exception {
    GraphProgram product = product(times);
    TensorFrame products =
        TensorFrame.of(vectors)
            .appendShape("x", -1, SIDE)
            .withBlockRows(BLOCK)
            .mapBlocksTrimmed(TensorProgram.of(product));
    try (LoadedModel bare = product.load(LoadOptions.defaults().withThreads(1))) {
      ByteBuffer block =
          ByteBuffer.allocateDirect(BLOCK * SIDE * Float.BYTES + 64).alignedSlice(64);
      TensorValue value =
          TensorValue.of(
              ValueType.FLOAT32, block.slice(0, BLOCK * SIDE * Float.BYTES), BLOCK, SIDE);
      return Comparison.alternate(
          new Case(
              "frames",
              times + " x 256 x 256 product per block, against the engine",
              0.85,
              "rows/s"),
          WARM_UPS,
          ROUNDS,
          () -> MATRIX_ROWS / secondsOf(products.rows()),
          () -> MATRIX_ROWS / secondsOf(bare, value));
    }
  }

  private static double secondsOf(LoadedModel bare, TensorValue block) {
    long start = System.nanoTime();
    for (int i = 0; i < MATRIX_ROWS / BLOCK; i++) {
      bare.run("serving_default", Map.of("x", block), List.of("n"));
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<Comparison> recipes(SparkSession spark, String folder) throws Exception {
    spark
        .range(1, 2_000_001, 1, 1)
        .selectExpr("id % 1000 AS key", "sqrt(id) AS x")
        .write()
        .parquet(folder + "/keyed");
    spark
        .range(1, 200_001, 1, 1)
        .selectExpr(
            "transform(sequence(1, 64), i -> sin(id * i)) AS a",
            "transform(sequence(1, 64), i -> cos(id + i)) AS b")
        .write()
        .parquet(folder + "/pairs");
    spark
        .range(0, 20_000, 1, 1)
        .selectExpr(
            "transform(sequence(1, 16), r -> transform(sequence(1, 16), c -> transform(sequence(0, 2), k -> float(id + r * c + k)))) AS pixels")
        .write()
        .parquet(folder + "/pictures");
    Dataset<Row> keyed = spark.read().parquet(folder + "/keyed");
    Dataset<Row> pairs = spark.read().parquet(folder + "/pairs");
    Dataset<Row> pictures = spark.read().parquet(folder + "/pictures");
    return List.of(
        recipe(
            "harmonic means by key",
            2e6,
            () -> Recipes.harmonicMeans(keyed),
            () -> Recipes.harmonicMeansInSql(keyed)),
        recipe(
            "standard scores",
            2e6,
            () -> Recipes.standardScores(keyed),
            () -> Recipes.standardScoresInSql(keyed)),
        recipe(
            "cosines of 64 doubles",
            2e5,
            () -> Recipes.cosines(pairs),
            () -> Recipes.cosinesInSql(pairs)),
        recipe(
            "channel means of 16 x 16 x 3",
            2e4,
            () -> Recipes.channelMeans(pictures),
            () -> Recipes.channelMeansInSql(pictures)));
  }

  private interface Query {
    Dataset<Row> rows();
  }

  private static Comparison recipe(String words, double rows, Query ours, Query sql)
      throws Exception {
    return Comparison.alternate(
        new Case("frames", words + ", against SQL", 1, "rows/s"),
        1,
        5,
        () -> rows / secondsOf(ours),
        () -> rows / secondsOf(sql));
  }

  private static double secondsOf(Query query) {
    long start = System.nanoTime();
    query.rows().write().format("noop").mode("overwrite").save();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double secondsOf(Dataset<Row> rows) {
    return secondsOf(() -> rows);
  }
}
