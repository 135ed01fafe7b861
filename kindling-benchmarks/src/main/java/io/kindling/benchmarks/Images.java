package io.kindling.benchmarks;

import io.kindling.spark.local.LocalSparkHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Rows of 784 evenly spread floats from 0 to 1 with a label from 0 to 9: as a table in Parquet, and
 * as tensors.
 */
record Images(int rows) {

  static final int SIZE = 784;
  static final int CLASSES = 10;

  /** A batch of a bare loop, fed as it is. */
  record Tensors(TFloat32 images, TInt32 labels) implements AutoCloseable {
    @Override
    public void close() {
      images.close();
      labels.close();
    }
  }

  /**
   * Writes {@code label}, {@code features} as {@code array<float>} and {@code vector} as ML vector
   * to a new folder: one uncompressed file, one partition.
   */
  String write(SparkSession spark) throws IOException {
    Path folder = Files.createTempDirectory("kindling-images");
    String path = folder.resolve("images").toString();
    spark
        .range(0, rows, 1, 1)
        .selectExpr(
            "cast(id % " + CLASSES + " as int) as label",
            "transform(sequence(0, "
                + (SIZE - 1)
                + "), x -> cast(pmod(xxhash64(id, x), 256) / 255 as float)) as features")
        .withColumn(
            "vector", functions.array_to_vector(org.apache.spark.sql.functions.col("features")))
        .write()
        .parquet(path);
    return path;
  }

  /** A session whose Parquet files are written plain and read as one partition. */
  static SparkSession session(String master) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master(master)
            .appName("kindling-benchmarks")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.files.maxPartitionBytes", "2g")
            .config("spark.sql.parquet.compression.codec", "uncompressed");
    if (master.startsWith("local-cluster")) {
      LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    }
    return builder.getOrCreate();
  }

  static Dataset<Row> read(SparkSession spark, String path) {
    return spark.read().parquet(path);
  }

  /**
   * All full batches as tensors; they live as long as the process, or until they are closed.
   *
   * @param row the shape of an image
   */
  List<Tensors> tensors(int batchSize, long... row) {
    SplittableRandom random = new SplittableRandom(7);
    List<Tensors> batches = new ArrayList<>();
    float[] values = new float[batchSize * SIZE];
    int[] classes = new int[batchSize];
    for (int batch = 0; batch < rows / batchSize; batch++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(256) / 255f;
      }
      for (int i = 0; i < batchSize; i++) {
        classes[i] = (batch * batchSize + i) % CLASSES;
      }
      batches.add(
          new Tensors(
              TFloat32.tensorOf(Shape.of(batchSize).append(Shape.of(row)), DataBuffers.of(values)),
              TInt32.tensorOf(StdArrays.ndCopyOf(classes))));
    }
    return batches;
  }
}
