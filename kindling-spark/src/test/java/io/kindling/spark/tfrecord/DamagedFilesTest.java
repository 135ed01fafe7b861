package io.kindling.spark.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kindling.spark.local.LocalSession;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Files that are damaged, cut off, or none: an error that names them, or a count of what is lost.
 */
class DamagedFilesTest {

  /** Of {@code {id: int64}}: 12 + 15 + 4, where the number has one byte. */
  private static final int RECORD_BYTES = 31;

  private final SparkSession spark = LocalSession.get();
  private final Counts counts = new Counts();

  @TempDir private Path temporary;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    spark.sparkContext().addSparkListener(counts);
    Path folder = temporary.resolve("records");
    spark
        .range(100)
        .toDF()
        .selectExpr("id + 1 AS id")
        .coalesce(1)
        .write()
        .format("tfrecord")
        .save(folder.toString());
    try (Stream<Path> files = Files.list(folder)) {
      file = files.filter(each -> each.toString().endsWith(".tfrecord")).findFirst().orElseThrow();
    }
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc")); // Hadoop's own check
    assertThat(Files.size(file)).isEqualTo(100 * RECORD_BYTES);
  }

  @AfterEach
  void forget() {
    spark.sparkContext().removeSparkListener(counts);
  }

  private Dataset<Row> read(String onCorrupt) {
    return spark
        .read()
        .format("tfrecord")
        .schema("id BIGINT")
        .option("onCorrupt", onCorrupt)
        .load(file.toString());
  }

  private void assertDamage(String reason, long byteOfRecords) {
    Throwable error = catchThrowable(() -> read("fail").collectAsList());
    assertThat(
            Stream.iterate(error, Throwable::getCause)
                .takeWhile(each -> each != null)
                .filter(each -> each instanceof CorruptRecordException)
                .findFirst()
                .orElseThrow(() -> new AssertionError(error)))
        .hasMessage(
            "A record is damaged: %s. It begins at byte %d of the records in %s. The option onCorrupt=skip passes damaged records by, and counts them."
                .formatted(reason, byteOfRecords, file.toUri().toString().replace("///", "/")));
  }

  private void assertSkipped(long rows, long records, long restsOfFiles) {
    assertThat(read("skip").collectAsList()).hasSize((int) rows);
    counts.await(spark);
    assertThat(counts.of(SkippedCounts.RECORDS)).isEqualTo(records);
    assertThat(counts.of(SkippedCounts.RESTS_OF_FILES)).isEqualTo(restsOfFiles);
  }

  private void flip(int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void countsRecordsWithWrongBytes() throws IOException {
    flip(10 * RECORD_BYTES + 20);
    flip(20 * RECORD_BYTES + 30);

    assertDamage("the checksum of its bytes is wrong", 10 * RECORD_BYTES);
    assertSkipped(98, 2, 0);
  }

  @Test
  void countsTheRestOfAFileWithAWrongLength() throws IOException {
    flip(40 * RECORD_BYTES);

    assertDamage(
        "the checksum of its length is wrong, so that nobody knows where the next one begins",
        40 * RECORD_BYTES);
    assertSkipped(40, 0, 1);
  }

  @Test
  void countsTheRestOfAFileThatIsCutOff() throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 60 * RECORD_BYTES + 13));

    assertDamage("a record has 31 bytes, but the file ends after 13 of them", 60 * RECORD_BYTES);
    assertSkipped(60, 0, 1);
  }

  @Test
  void countsAForeignFile() throws IOException {
    Files.writeString(file, "id,name\n1,one\n2,two\n3,three\n");

    assertDamage(
        "it does not begin as TFRecord files do: the checksum of the first record's length is wrong",
        0);
    assertSkipped(0, 0, 1);
  }

  @Test
  void countsRecordsOfAnotherKind() {
    spark
        .range(50)
        .toDF()
        .selectExpr("cast(repeat('z', int(id) + 1) AS binary) AS bytes")
        .coalesce(1)
        .write()
        .format("tfrecord")
        .option("recordType", "ByteArray")
        .save(temporary.resolve("bytes").toString());
    try (Stream<Path> files = Files.list(temporary.resolve("bytes"))) {
      file = files.filter(each -> each.toString().endsWith(".tfrecord")).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }

    assertDamage("it is no message of protobuf: it ends within a number", 0);
    assertSkipped(0, 50, 0);
  }

  @Test
  void countsTheRestOfGzipThatIsCutOff() throws IOException {
    byte[] records = Files.readAllBytes(file);
    Path packed = file.resolveSibling("packed.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(records);
    }
    byte[] whole = Files.readAllBytes(packed);
    Files.write(packed, Arrays.copyOf(whole, whole.length / 2));
    file = packed;

    long rows = read("skip").count();
    assertThat(rows).isLessThan(100);
    counts.await(spark);
    assertThat(counts.of(SkippedCounts.RESTS_OF_FILES)).isEqualTo(1);
    assertThat(catchThrowable(() -> read("fail").count()))
        .hasStackTraceContaining("its file cannot be unpacked: Unexpected end of input stream")
        .hasStackTraceContaining("packed.gz");
  }

  @Test
  void countsGzipOfSomethingElse() throws IOException {
    file = file.resolveSibling("text.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("nothing that is a record, but long enough".getBytes(StandardCharsets.US_ASCII));
    }

    assertDamage(
        "it does not begin as TFRecord files do: the checksum of the first record's length is wrong",
        0);
    assertSkipped(0, 0, 1);
  }

  @Test
  void infersFromWhatIsWhole() throws IOException {
    flip(10 * RECORD_BYTES + 20);

    Dataset<Row> read =
        spark.read().format("tfrecord").option("onCorrupt", "skip").load(file.toString());

    assertThat(read.schema().toDDL()).isEqualTo("id BIGINT");
    assertThat(read.count()).isEqualTo(99);
  }

  /** What accumulators of completed stages hold, by name. */
  private static final class Counts extends SparkListener {

    private final Map<String, Long> sums = new ConcurrentHashMap<>();

    @Override
    public void onStageCompleted(SparkListenerStageCompleted stage) {
      for (AccumulableInfo info :
          CollectionConverters.asJava(stage.stageInfo().accumulables().values())) {
        if (info.name().isDefined() && info.name().get().startsWith("tfrecord: ")) {
          sums.merge(info.name().get(), (Long) info.value().get(), Long::sum);
        }
      }
    }

    void await(SparkSession spark) {
      try {
        spark.sparkContext().listenerBus().waitUntilEmpty();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    long of(String name) {
      return sums.getOrDefault(name, 0L);
    }
  }
}
