package io.kindling.spark.column;

import io.kindling.tensor.Batch;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Measures rows to tensors against the same rows only read: 784 floats per row from Parquet, as
 * {@code array<float>} and as ML vector, one thread. The reference sums every value of the internal
 * rows of the same plan; the candidates write them into a batch, or into blocks. Rounds alternate,
 * so that what disturbs the machine disturbs all.
 *
 * <p>Run {@code main} with Spark's {@code --add-opens} list and the module's test class path.
 */
final class RowsToTensors {

  private static final int ROWS = 60_000;
  private static final int ROUNDS = 11;

  private record PlainBatch(List<TensorSpec> columns, int capacity, ByteBuffer memory)
      implements Batch {
    @Override
    public int rows() {
      return capacity;
    }

    @Override
    public void setRows(int rows) {}

    @Override
    public ByteBuffer column(int index) {
      return memory;
    }
  }

  public static void main(String[] args) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.files.maxPartitionBytes", "1g")
            .config("spark.sql.parquet.compression.codec", "uncompressed")
            .getOrCreate();
    Path folder = Files.createTempDirectory("rows");
    String path = folder.resolve("images").toString();
    spark
        .range(0, ROWS, 1, 1)
        .selectExpr(
            "transform(sequence(0, 783), x -> cast((id * 7919 + x * 104729) % 256 as float) / 255f)"
                + " as a")
        .withColumn("v", functions.array_to_vector(org.apache.spark.sql.functions.col("a")))
        .write()
        .parquet(path);
    Dataset<Row> table = spark.read().parquet(path);
    measure("array<float>", table.select("a"), false);
    measure("vector", table.select("v"), true);
    spark.stop();
  }

  private static void measure(String name, Dataset<Row> rows, boolean isVector) {
    TensorSpec tensor = new TensorSpec("x", ElementType.FLOAT32, Shape.of(784));
    ColumnBinding binding =
        ColumnBinding.of(
            "Benchmark", rows.schema(), List.of(ColumnInput.of(rows.columns()[0], tensor)));
    FlatMapFunction<Iterator<InternalRow>, Double> only = input -> sum(input, isVector);
    FlatMapFunction<Iterator<InternalRow>, Double> batches = input -> write(input, binding);
    FlatMapFunction<Iterator<InternalRow>, Double> blocks =
        input -> {
          double total = 0;
          for (Iterator<RowBlock> each = binding.blocks(input); each.hasNext(); ) {
            total += each.next().rows();
          }
          return List.of(total).iterator();
        };
    double[][] seconds = new double[3][ROUNDS];
    for (int round = -4; round < ROUNDS; round++) {
      double[] now = {run(rows, only), run(rows, batches), run(rows, blocks)};
      for (int i = 0; i < 3 && round >= 0; i++) {
        seconds[i][round] = now[i];
      }
    }
    double gigabytes = ROWS * 784 * 4 / 1e9;
    String[] labels = {"read and summed", "into batches", "into blocks"};
    for (int i = 0; i < 3; i++) {
      double[] sorted = seconds[i].clone();
      Arrays.sort(sorted);
      double[] ratios = new double[ROUNDS];
      for (int r = 0; r < ROUNDS; r++) {
        ratios[r] = seconds[0][r] / seconds[i][r];
      }
      Arrays.sort(ratios);
      System.out.printf(
          "%s, %s: median %.3f s (%.3f to %.3f), %.2f GB/s of floats, ratio %.2f (%.2f to %.2f)%n",
          name,
          labels[i],
          sorted[ROUNDS / 2],
          sorted[0],
          sorted[ROUNDS - 1],
          gigabytes / sorted[ROUNDS / 2],
          ratios[ROUNDS / 2],
          ratios[0],
          ratios[ROUNDS - 1]);
    }
  }

  private static double run(
      Dataset<Row> rows, FlatMapFunction<Iterator<InternalRow>, Double> function) {
    long start = System.nanoTime();
    double sink =
        rows.queryExecution().toRdd().toJavaRDD().mapPartitions(function).collect().stream()
            .mapToDouble(Double::doubleValue)
            .sum();
    if (Double.isNaN(sink)) {
      throw new AssertionError("NaN");
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static Iterator<Double> sum(Iterator<InternalRow> rows, boolean isVector) {
    double total = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      if (isVector) {
        var values = row.getStruct(0, 4).getArray(3);
        for (int i = 0; i < 784; i++) {
          total += values.getDouble(i);
        }
      } else {
        var values = row.getArray(0);
        for (int i = 0; i < 784; i++) {
          total += values.getFloat(i);
        }
      }
    }
    return List.of(total).iterator();
  }

  private static Iterator<Double> write(Iterator<InternalRow> rows, ColumnBinding binding) {
    PlainBatch batch =
        new PlainBatch(
            binding.tensors(),
            128,
            ByteBuffer.allocateDirect(128 * 784 * 4).order(ByteOrder.nativeOrder()));
    BatchWriter writer = new BatchWriter(binding, batch);
    double total = 0;
    int at = 0;
    while (rows.hasNext()) {
      writer.write(rows.next(), at);
      if (++at == 128) {
        total += batch.memory().getFloat(4 * 777);
        at = 0;
      }
    }
    return List.of(total).iterator();
  }
}
