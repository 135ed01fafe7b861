package io.kindling.benchmarks;

import com.sun.management.ThreadMXBean;
import io.kindling.benchmarks.Comparison.Case;
import io.kindling.spark.column.BatchWriter;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.column.RowBlock;
import io.kindling.tensor.Batch;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows to tensors against the same rows only read: 784 floats per row from Parquet, as {@code
 * array<float>} and as ML vector, one thread. The other side sums every value of the internal rows
 * of the same plan; ours writes them into batches, as scoring does, or into blocks, as training
 * does. Of the batches it also measures what they allocate more than plain reading, as {@code 1 /
 * (1 + bytes per value)}: 1 is nothing.
 *
 * <p>{@code kindling-benchmarks/run rows-to-tensors}
 */
final class RowsToTensors implements Benchmark {

  private static final int ROWS = 60_000;
  private static final int WARM_UPS = 4;
  private static final int ROUNDS = 11;
  private static final int BATCH = 128;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Override
  public String name() {
    return "rows-to-tensors";
  }

  @Override
  public void run(Report report) throws Exception {
    try (SparkSession spark = Images.session("local[1]")) {
      Dataset<Row> table = Images.read(spark, new Images(ROWS).write(spark));
      measure(report, "array<float>", table.select("features"), RowsToTensors::sumOfArrays, 0.85);
      measure(report, "ML vector", table.select("vector"), RowsToTensors::sumOfVectors, 0.75);
    }
  }

  private void measure(
      Report report,
      String type,
      Dataset<Row> rows,
      FlatMapFunction<Iterator<InternalRow>, Double> plain,
      double bar)
      throws Exception {
    TensorSpec tensor = new TensorSpec("x", ElementType.FLOAT32, Shape.of(Images.SIZE));
    ColumnBinding binding =
        ColumnBinding.of(
            "RowsToTensors", rows.schema(), List.of(ColumnInput.of(rows.columns()[0], tensor)));
    Pass only = new Pass(rows, counting(plain));
    Pass batches = new Pass(rows, counting(input -> intoBatches(input, binding)));
    Pass blocks = new Pass(rows, counting(input -> intoBlocks(input, binding)));
    report.add(
        Comparison.alternate(
            new Case(name(), type + " into batches", bar, "GB/s of floats"),
            WARM_UPS,
            ROUNDS,
            batches::speed,
            only::speed));
    report.add(
        Comparison.alternate(
            new Case(name(), type + " into blocks", bar, "GB/s of floats"),
            WARM_UPS,
            ROUNDS,
            blocks::speed,
            only::speed));
    report.add(
        Comparison.alternate(
            new Case(name(), type + " into batches, allocation", 0.99, "1 / (1 + bytes per value)"),
            0,
            ROUNDS,
            () ->
                1 / (1 + (batches.allocated() - only.allocated()) / ((double) ROWS * Images.SIZE)),
            () -> 1));
  }

  /** A function over all rows of a table. */
  private record Pass(Dataset<Row> rows, FlatMapFunction<Iterator<InternalRow>, Double> function) {

    /** Gigabytes of floats per second. */
    double speed() {
      long start = System.nanoTime();
      allocated();
      return (double) ROWS * Images.SIZE * Float.BYTES / (System.nanoTime() - start);
    }

    /** Bytes allocated by the thread that runs the function. */
    double allocated() {
      return rows.queryExecution().toRdd().toJavaRDD().mapPartitions(function).collect().stream()
          .mapToDouble(Double::doubleValue)
          .sum();
    }
  }

  /** Runs a function over a partition and gives the bytes that it allocated instead. */
  private static FlatMapFunction<Iterator<InternalRow>, Double> counting(
      FlatMapFunction<Iterator<InternalRow>, Double> function) {
    return rows -> {
      long thread = Thread.currentThread().getId();
      long before = THREADS.getThreadAllocatedBytes(thread);
      if (function.call(rows).next().isNaN()) {
        throw new IllegalStateException("A sum of images is not a number.");
      }
      return List.of((double) (THREADS.getThreadAllocatedBytes(thread) - before)).iterator();
    };
  }

  private static Iterator<Double> sumOfArrays(Iterator<InternalRow> rows) {
    double total = 0;
    while (rows.hasNext()) {
      var values = rows.next().getArray(0);
      for (int i = 0; i < Images.SIZE; i++) {
        total += values.getFloat(i);
      }
    }
    return List.of(total).iterator();
  }

  private static Iterator<Double> sumOfVectors(Iterator<InternalRow> rows) {
    double total = 0;
    while (rows.hasNext()) {
      var values = rows.next().getStruct(0, 4).getArray(3);
      for (int i = 0; i < Images.SIZE; i++) {
        total += values.getDouble(i);
      }
    }
    return List.of(total).iterator();
  }

  private static Iterator<Double> intoBatches(Iterator<InternalRow> rows, ColumnBinding binding) {
    PlainBatch batch = PlainBatch.of(binding.tensors());
    BatchWriter writer = new BatchWriter(binding, batch);
    double total = 0;
    int at = 0;
    while (rows.hasNext()) {
      writer.write(rows.next(), at);
      if (++at == BATCH) {
        total += batch.column(0).getFloat(0);
        at = 0;
      }
    }
    return List.of(total).iterator();
  }

  private static Iterator<Double> intoBlocks(Iterator<InternalRow> rows, ColumnBinding binding) {
    double total = 0;
    for (Iterator<RowBlock> blocks = binding.blocks(rows); blocks.hasNext(); ) {
      total += blocks.next().rows();
    }
    return List.of(total).iterator();
  }

  /** A batch without an engine. */
  private record PlainBatch(List<TensorSpec> columns, List<ByteBuffer> memory) implements Batch {

    static PlainBatch of(List<TensorSpec> columns) {
      List<ByteBuffer> memory = new ArrayList<>();
      for (TensorSpec column : columns) {
        memory.add(
            ByteBuffer.allocateDirect(Math.toIntExact(BATCH * column.rowBytes()))
                .order(ByteOrder.nativeOrder()));
      }
      return new PlainBatch(columns, memory);
    }

    @Override
    public int capacity() {
      return BATCH;
    }

    @Override
    public int rows() {
      return BATCH;
    }

    @Override
    public void setRows(int rows) {
      throw new UnsupportedOperationException("Nobody asks how many rows of this batch count.");
    }

    @Override
    public ByteBuffer column(int index) {
      return memory.get(index);
    }
  }
}
