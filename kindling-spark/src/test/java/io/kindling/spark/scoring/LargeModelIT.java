package io.kindling.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.predict.Graphs;
import io.kindling.spark.stage.ModelTransformer;
import io.kindling.spark.testing.ExecutorProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * A large model: executors take little more memory than it has. {@code
 * -Dkindling.model.megabytes=3072} makes it one of 3 GB.
 */
class LargeModelIT {

  private static final int TABLES = Integer.getInteger("kindling.model.megabytes", 768) / 256;
  private static final int WIDTH = 1024;
  private static final int ROWS_OF_TABLE = 256 << 10 >> 2; // 256 MB of floats
  private static final double MOST = 1.2;

  private final SparkSession spark = LocalClusterSession.get();

  @TempDir private Path folder;

  @Test
  void takesLittleMoreMemoryThanItHas() throws IOException {
    Dataset<Row> table = spark.range(0, 1000, 1, 4).selectExpr("id AS x");
    String model = written();
    long bytes = bytesBelow(Path.of(model));
    warmUp();
    Map<ProcessHandle, Long> before = new HashMap<>();
    for (ProcessHandle executor : ExecutorProcesses.living()) {
      forgetPeak(executor);
      before.put(executor, kilobytes(executor, "VmRSS:"));
    }

    long scored =
        new ModelTransformer()
            .setModel(model)
            .transform(table)
            .where("y[0] = %d AND y[1023] = y[0]".formatted(TABLES * (TABLES + 1) / 2))
            .count();

    assertThat(scored).isEqualTo(1000);
    double most = 0;
    for (ProcessHandle executor : ExecutorProcesses.living()) {
      long extra = kilobytes(executor, "VmHWM:") - before.get(executor);
      most = Math.max(most, extra * 1024. / bytes);
    }
    System.out.printf(
        "A model of %,d bytes took %.2f times its size in the executor where it took most.%n",
        bytes, most);
    assertThat(most).isBetween(0.9, MOST);
  }

  /** Every executor has its engine, and has scored with it. */
  private void warmUp() {
    String small = Graphs.identity(DataType.DT_INT64, -1).write(folder);
    assertThat(
            new ModelTransformer()
                .setModel(small)
                .transform(spark.range(0, 2000, 1, 200).selectExpr("id AS x"))
                .where("x = y")
                .count())
        .isEqualTo(2000);
  }

  /** Large tables whose rows are looked up and summed. */
  private String written() throws IOException {
    String path = folder.resolve("large").toString();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TInt64> x =
          tf.withName("x")
              .placeholder(TInt64.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
      Operand<TFloat32> sum = tf.constant(0f);
      for (int i = 1; i <= TABLES; i++) {
        Variable<TFloat32> table = tf.variable(Shape.of(ROWS_OF_TABLE, WIDTH), TFloat32.class);
        session.run(
            tf.assign(
                table,
                tf.fill(tf.constant(new int[] {ROWS_OF_TABLE, WIDTH}), tf.constant((float) i))));
        sum = tf.math.add(sum, tf.gather(table, x, tf.constant(0)));
      }
      Signature signature =
          Signature.builder().key("serving_default").input("x", x).output("y", sum).build();
      SavedModelBundle.exporter(path).withSession(session).withSignature(signature).export();
    }
    return path;
  }

  private static long bytesBelow(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      long bytes = 0;
      for (Path each : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        bytes += Files.size(each);
      }
      return bytes;
    }
  }

  private static void forgetPeak(ProcessHandle process) throws IOException {
    Files.writeString(Path.of("/proc/" + process.pid() + "/clear_refs"), "5");
  }

  private static long kilobytes(ProcessHandle process, String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException(name + " is missing.");
  }
}
