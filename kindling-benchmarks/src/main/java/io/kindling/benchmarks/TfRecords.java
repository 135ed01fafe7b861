package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.tensorflow.proto.Example;

/**
 * TFRecord files, written and read by Spark in one thread, uncompressed, against Spark's own Avro
 * files of the same rows; and reading against a bare loop over the same file that checks both
 * checksums and parses every {@code Example} with protobuf's generated classes. What is written
 * lies in memory as internal rows; what is read goes to Spark's {@code noop} writer.
 *
 * <p>Speeds are those of the rows' content, as many bytes on both sides: 4 and 8 for numbers, those
 * of UTF-8 for texts.
 *
 * <p>{@code kindling-benchmarks/run tfrecord}
 */
final class TfRecords implements Benchmark {

  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 7;
  private static final double AVRO_BAR = 2;
  private static final double BARE_BAR = 0.7;
  private static final int CRC_DELTA = 0xa282ead8;

  @Override
  public String name() {
    return "tfrecord";
  }

  @Override
  public void run(Report report) throws Exception {
    Path folder = Files.createTempDirectory("kindling-records");
    try (SparkSession spark = Images.session("local[1]")) {
      for (Kind kind : Kind.values()) {
        new Sides(kind, kind.rows(spark), folder.resolve(kind.name())).measure(report);
      }
    }
  }

  /** What rows hold. */
  private enum Kind {
    IMAGES("a label and 784 floats", 50_000, 4 + 4 * Images.SIZE) {
      @Override
      Dataset<Row> of(Dataset<Long> ids) {
        return ids.selectExpr(
            "int(id % 10) AS label",
            "transform(sequence(1, 784), x -> float(pmod(xxhash64(id, x), 256) / 255)) AS image");
      }
    },
    MIXED("4 numbers, 2 texts, 8 int64s and 8 floats", 1_000_000, 8 + 4 + 4 + 8 + 16 + 12 + 96) {
      @Override
      Dataset<Row> of(Dataset<Long> ids) {
        return ids.selectExpr(
            "xxhash64(id) AS key",
            "int(id % 1000) AS place",
            "float(rand(1)) AS share",
            "id AS number",
            "substr(md5(string(id)), 1, 16) AS token",
            "lpad(string(id), 12, '0') AS name",
            "transform(sequence(1, 8), x -> pmod(xxhash64(id, x), 100000)) AS words",
            "transform(sequence(1, 8), x -> float(pmod(xxhash64(x, id), 256))) AS weights");
      }
    };

    private final String words;
    private final int count;
    private final double bytes;

    Kind(String words, int count, double bytes) {
      this.words = words;
      this.count = count;
      this.bytes = bytes;
    }

    abstract Dataset<Row> of(Dataset<Long> ids);

    /** In one partition, kept as internal rows. */
    Dataset<Row> rows(SparkSession spark) {
      return of(spark.range(0, count, 1, 1)).localCheckpoint();
    }

    double megabytes() {
      return bytes * count / 1e6;
    }
  }

  /** The same rows in both formats. */
  private record Sides(Kind kind, Dataset<Row> rows, Path folder) {

    void measure(Report report) throws Exception {
      add(report, "written, against Avro", AVRO_BAR, () -> write("tfrecord"), () -> write("avro"));
      add(report, "read, against Avro", AVRO_BAR, () -> read("tfrecord"), () -> read("avro"));
      add(report, "read, against a bare loop", BARE_BAR, () -> read("tfrecord"), this::bare);
    }

    private void add(
        Report report, String words, double bar, Comparison.Side ours, Comparison.Side other)
        throws Exception {
      report.add(
          Comparison.alternate(
              new Case("tfrecord", kind.words + ", " + words, bar, "MB/s"),
              WARM_UPS,
              ROUNDS,
              ours,
              other));
    }

    private double write(String format) {
      return speed(
          () ->
              rows.write()
                  .format(format)
                  .option("compression", format.equals("avro") ? "uncompressed" : "none")
                  .mode("overwrite")
                  .save(folder.resolve(format).toString()));
    }

    private double read(String format) {
      Dataset<Row> read =
          rows.sparkSession()
              .read()
              .format(format)
              .schema(rows.schema())
              .load(folder.resolve(format).toString());
      return speed(() -> read.write().format("noop").mode("overwrite").save());
    }

    private double bare() throws IOException {
      long start = System.nanoTime();
      long features = 0;
      try (Stream<Path> files = Files.list(folder.resolve("tfrecord"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".tfrecord")).toList()) {
          features += features(file);
        }
      }
      double speed = speed(start);
      if (features != (long) kind.count * rows.columns().length) {
        throw new IllegalStateException("The bare loop found %d features.".formatted(features));
      }
      return speed;
    }

    private double speed(Runnable work) {
      long start = System.nanoTime();
      work.run();
      return speed(start);
    }

    private double speed(long start) {
      return kind.megabytes() / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static long features(Path file) throws IOException {
    long features = 0;
    byte[] head = new byte[12];
    ByteBuffer numbers = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 256 << 10);
        DataInputStream in = new DataInputStream(stream)) {
      while (in.readNBytes(head, 0, head.length) == head.length) {
        check(head, 0, Long.BYTES, numbers.getInt(Long.BYTES));
        int length = Math.toIntExact(numbers.getLong(0));
        byte[] record = new byte[length];
        in.readFully(record);
        check(record, 0, length, Integer.reverseBytes(in.readInt()));
        features += Example.parseFrom(record).getFeatures().getFeatureCount();
      }
    }
    return features;
  }

  private static void check(byte[] bytes, int start, int length, int expected) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, length);
    if (Integer.rotateRight((int) crc.getValue(), 15) + CRC_DELTA != expected) {
      throw new IOException("The checksum is wrong.");
    }
  }
}
