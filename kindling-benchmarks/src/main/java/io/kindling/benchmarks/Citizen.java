package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.event.TrainingEpochEnded;
import io.kindling.spark.stage.NeuralClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.RDDInfo;

/**
 * What sparse vectors, as Spark's own text features are, cost a {@code fit}: 100,000 rows of
 * 100,000 elements of which 50 are not zero, against as many dense vectors of 50 elements, which
 * hold as many numbers; behind both the same layers. Places are drawn as words are, the k-th with a
 * frequency of 1/k (Zipf), and evenly, so that nearly every number of a step meets a row of its own
 * in the first matrix: no text is that bad. One executor with one core; the whole of {@code fit},
 * with reading the table.
 *
 * <p>Memory is measured twice, both in fresh executors. What is kept for the rows is what Spark
 * says that the shards take while the training runs. The peak is that of the executor's process, as
 * Linux tells it: code, the heap as far as it grew, and native memory, with 6.4 million weights and
 * what Adam remembers of them.
 *
 * <p>{@code kindling-benchmarks/run citizen}
 */
final class Citizen implements Benchmark {

  private static final String CLUSTER = "local-cluster[1,1,2048]";
  private static final int ROWS = 100_000;
  private static final int SIZE = 100_000;
  private static final int NON_ZEROS = 50;
  private static final int EPOCHS = 3;
  private static final int WARM_UPS = 1;
  private static final int ROUNDS = 5;
  private static final int FRESH_EXECUTORS = 3;

  /** Twice the time, or the memory, is allowed. */
  private static final double BAR = 0.5;

  @Override
  public String name() {
    return "citizen";
  }

  @Override
  public void run(Report report) throws Exception {
    Table dense;
    Table evenly;
    List<Table> words = new ArrayList<>();
    try (SparkSession spark = Images.session("local[1]")) {
      dense = Table.dense(spark, NON_ZEROS);
      evenly = Table.sparse(spark, NON_ZEROS, Draw.EVENLY);
      for (int nonZeros : new int[] {NON_ZEROS / 2, NON_ZEROS, 2 * NON_ZEROS}) {
        words.add(Table.sparse(spark, nonZeros, Draw.LIKE_WORDS));
      }
    }
    Table sparse = words.get(1);
    try (SparkSession spark = Images.session(CLUSTER)) {
      report.add(times(spark, sparse, dense));
      report.add(times(spark, evenly, dense));
      words.forEach(each -> report.remark(each.growth(spark)));
    }
    Map<Table, Costs> costs = costs(List.of(dense, words.get(0), sparse, words.get(2)));
    report.add(memory("bytes kept for rows", costs.get(sparse), costs.get(dense), Cost::kept));
    report.add(memory("peak of the process", costs.get(sparse), costs.get(dense), Cost::peak));
    costs.values().forEach(each -> report.remark(each.toString()));
  }

  /** Both in one executor, which then has compiled what it runs. */
  private Comparison times(SparkSession spark, Table sparse, Table dense) throws Exception {
    return Comparison.alternate(
        new Case(name(), "fit of " + sparse.words() + " against " + dense.words(), BAR, "rows/s"),
        WARM_UPS,
        ROUNDS,
        () -> ROWS * EPOCHS / sparse.secondsOfFit(spark),
        () -> ROWS * EPOCHS / dense.secondsOfFit(spark));
  }

  private Comparison memory(
      String words, Costs sparse, Costs dense, ToDoubleFunction<Cost> megabytes) {
    return new Comparison(
        new Case(
            name(),
            "%s, %s against %s".formatted(words, sparse.table().words(), dense.table().words()),
            BAR,
            "1 / MB"),
        sparse.each(cost -> 1 / megabytes.applyAsDouble(cost)),
        dense.each(cost -> 1 / megabytes.applyAsDouble(cost)));
  }

  /** Of each table in executors of its own, in turns. */
  private static Map<Table, Costs> costs(List<Table> tables) throws IOException {
    Map<Table, Costs> costs = new LinkedHashMap<>();
    tables.forEach(table -> costs.put(table, new Costs(table, new ArrayList<>())));
    for (int round = 0; round < FRESH_EXECUTORS; round++) {
      for (Costs each : costs.values()) {
        each.all().add(ofFreshExecutor(each.table()));
      }
    }
    return costs;
  }

  private static Cost ofFreshExecutor(Table table) throws IOException {
    try (SparkSession spark = Images.session(CLUSTER)) {
      Shards shards = new Shards(spark.sparkContext());
      spark.sparkContext().addSparkListener(shards);
      table.secondsOfFit(spark);
      return new Cost(shards.bytes / 1e6, peakBytes(TwoExecutors.executors()) / 1e6);
    }
  }

  /** The most that a process had in memory so far. */
  private static double peakBytes(List<ProcessHandle> executor) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + executor.get(0).pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /**
   * One training in a fresh executor.
   *
   * @param kept megabytes of the rows as they are kept
   * @param peak megabytes of the process
   */
  private record Cost(double kept, double peak) {}

  private record Costs(Table table, List<Cost> all) {

    double[] each(ToDoubleFunction<Cost> figure) {
      return all.stream().mapToDouble(figure).toArray();
    }

    @Override
    public String toString() {
      return "%s: %.1f MB kept for rows, a peak of %.0f MB"
          .formatted(
              table.words(),
              Comparison.median(each(Cost::kept)),
              Comparison.median(each(Cost::peak)));
    }
  }

  /** Asks Spark after each epoch what it keeps. */
  private static final class Shards extends SparkListener {

    private final SparkContext context;
    private volatile long bytes;

    Shards(SparkContext context) {
      this.context = context;
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof TrainingEpochEnded) {
        bytes =
            Math.max(
                bytes,
                Arrays.stream(context.getRDDStorageInfo()).mapToLong(RDDInfo::memSize).sum());
      }
    }
  }

  /** Where the numbers of a sparse vector stand. */
  private enum Draw {
    LIKE_WORDS("drawn as words are") {
      @Override
      int place(double share) {
        return (int) Math.pow(SIZE, share) - 1;
      }
    },
    EVENLY("drawn evenly") {
      @Override
      int place(double share) {
        return (int) (SIZE * share);
      }
    };

    private final String words;

    Draw(String words) {
      this.words = words;
    }

    /** The place below which so large a share of all draws lies. */
    abstract int place(double share);

    int[] places(long row, int count) {
      return new SplittableRandom(~row)
          .doubles()
          .mapToInt(this::place)
          .distinct()
          .limit(count)
          .sorted()
          .toArray();
    }
  }

  /** Vectors in Parquet, and the input that takes them. */
  private record Table(String words, Input input, String path) {

    private static final StructType SCHEMA =
        new StructType()
            .add("features", SQLDataTypes.VectorType(), false)
            .add("label", DataTypes.IntegerType, false);

    static Table dense(SparkSession spark, int size) throws IOException {
      return new Table(
          "dense vectors of " + size,
          Input.of("features", size),
          written(spark, row -> Vectors.dense(numbers(row, size))));
    }

    static Table sparse(SparkSession spark, int nonZeros, Draw draw) throws IOException {
      return new Table(
          "sparse vectors with %d of %d (%s)".formatted(nonZeros, SIZE, draw.words),
          Input.ofSparse("features", SIZE, nonZeros),
          written(
              spark,
              row -> Vectors.sparse(SIZE, draw.places(row, nonZeros), numbers(row, nonZeros))));
    }

    /** Makes a row's vector; the tasks that write take it along. */
    private interface ToVector extends java.io.Serializable {
      Vector vector(long row);
    }

    private static String written(SparkSession spark, ToVector vectors) throws IOException {
      String path = Files.createTempDirectory("kindling-vectors").resolve("vectors").toString();
      JavaRDD<Row> rows =
          spark
              .range(0, ROWS, 1, 1)
              .toJavaRDD()
              .map(row -> RowFactory.create(vectors.vector(row), label(row)));
      spark.createDataFrame(rows, SCHEMA).write().parquet(path);
      return path;
    }

    private static int label(long row) {
      return (int) (row % 2);
    }

    /** Around 0.5 for one class, around 1 for the other. */
    private static double[] numbers(long row, int count) {
      return new SplittableRandom(row)
          .doubles(count, 0.5 * label(row), 1 + 0.5 * label(row))
          .toArray();
    }

    String growth(SparkSession spark) {
      double[] seconds = new double[ROUNDS];
      Arrays.setAll(seconds, unused -> secondsOfFit(spark));
      return "%s: %.2f s for a fit".formatted(words, Comparison.median(seconds));
    }

    double secondsOfFit(SparkSession spark) {
      Dataset<Row> table = Images.read(spark, path);
      NeuralClassifier classifier =
          new NeuralClassifier()
              .setNetwork(Network.sequential(input, Dense.of(64).relu(), Dense.of(2)))
              .setEpochs(EPOCHS)
              .setSeed(1);
      long start = System.nanoTime();
      classifier.fit(table);
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
