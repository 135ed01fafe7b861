package io.kindling.spark.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kindling.spark.local.LocalSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TfRecordFormatTest {

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path temporary;

  private Dataset<Row> table(String... selected) {
    return spark.range(0, 100, 1, 2).toDF().selectExpr(selected);
  }

  private String folder() {
    return temporary.resolve("records").toString();
  }

  private Dataset<Row> read() {
    return spark.read().format("tfrecord").load(folder());
  }

  private void write(Dataset<Row> table) {
    table.write().format("tfrecord").save(folder());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(folder()))) {
      return files.filter(file -> file.getFileName().toString().startsWith("part-")).toList();
    }
  }

  @Test
  void infersColumnsInTheOrderOfTheirNames() {
    write(
        table(
            "string(id) AS word",
            "id",
            "float(id) / 2 AS half",
            "array(id, -id) AS pair",
            "unhex('fffe') AS bytes",
            "id % 2 = 0 AS isEven"));

    Dataset<Row> read = read();

    assertThat(read.schema().toDDL())
        .isEqualTo(
            "bytes BINARY,half FLOAT,id BIGINT,isEven BIGINT,pair ARRAY<BIGINT>,word STRING");
    assertThat(read.where("word = string(id) AND half = id / 2 AND pair[1] = -id").count())
        .isEqualTo(100);
  }

  @Test
  void widensTypesOverAllRecords() {
    write(
        table(
            "id", "float(id) AS x", "array(1.5F) AS y", "'a' AS z", "if(id = 99, id, null) AS n"));
    table(
            "id",
            "id AS x",
            "array(1.5F, 2.5F) AS y",
            "unhex('ff') AS z",
            "cast(array() AS array<int>) AS e")
        .write()
        .format("tfrecord")
        .mode(SaveMode.Append)
        .save(folder());

    assertThat(read().schema().toDDL())
        .isEqualTo("e ARRAY<BIGINT>,id BIGINT,n BIGINT,x DOUBLE,y ARRAY<FLOAT>,z BINARY");
    assertThat(read().where("n = 99 AND x = 99.0").count()).isEqualTo(1);
    assertThat(read().where("e IS NULL").count()).isEqualTo(100);
    assertThat(read().where("size(e) = 0 AND size(y) = 2").count()).isEqualTo(100);
  }

  @Test
  void namesAllFeaturesThatHaveNoType() {
    write(table("id AS a", "'x' AS b", "id AS c"));
    table("'x' AS a", "1.5F AS b", "id AS c")
        .write()
        .format("tfrecord")
        .mode(SaveMode.Append)
        .save(folder());

    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "No schema fits all records of the TFRecord files: 'a' holds [bytes, int64s]; 'b' holds"
                + " [bytes, floats]. Give a schema of the features to read.");
    assertThat(spark.read().format("tfrecord").schema("c BIGINT").load(folder()).count())
        .isEqualTo(200);
  }

  @Test
  void infersFromSomeRecordsOfSomeFiles() {
    write(table("id AS a").repartition(1));
    table("float(id) AS a").coalesce(1).write().format("tfrecord").mode("append").save(folder());

    assertThat(read().schema().toDDL()).isEqualTo("a DOUBLE");
    assertThat(
            spark
                .read()
                .format("tfrecord")
                .option("inferFiles", 1)
                .option("inferRecords", 10)
                .load(folder())
                .schema()
                .toDDL())
        .isIn("a BIGINT", "a FLOAT");
    assertThat(spark.read().format("tfrecord").option("inferFiles", "all").load(folder()).schema())
        .isEqualTo(read().schema());
  }

  @Test
  void infersNoColumnsFromNoRecords() {
    write(table("id").limit(0));

    assertThat(read().schema().isEmpty()).isTrue();
    assertThat(read().count()).isZero();
  }

  @Test
  void readsTheColumnsOfASchemaAlone() {
    write(table("id AS n", "string(id) AS word", "array(id) AS one", "0 AS zero"));

    List<Row> rows =
        spark
            .read()
            .format("tfrecord")
            .schema("word BINARY, n SMALLINT, missing STRING, one ARRAY<DOUBLE>, zero BOOLEAN")
            .load(folder())
            .where("n = 42")
            .collectAsList();

    assertThat(rows).hasSize(1);
    assertThat((byte[]) rows.get(0).get(0)).isEqualTo(new byte[] {'4', '2'});
    assertThat(rows.get(0).getShort(1)).isEqualTo((short) 42);
    assertThat(rows.get(0).isNullAt(2)).isTrue();
    assertThat(rows.get(0).getList(3)).isEqualTo(List.of(42.0));
    assertThat(rows.get(0).getBoolean(4)).isFalse();
  }

  @Test
  void tellsColumnsFromFeaturesThatDoNotFit() {
    write(table("id * 300 AS n", "array(id, id) AS pair", "1.5F AS x").coalesce(1));

    assertMismatch("n TINYINT", "'n' has type tinyint, but the feature of its name holds 300.");
    assertMismatch(
        "pair BIGINT", "'pair' has type bigint, but the feature of its name holds 2 int64s.");
    assertMismatch(
        "x ARRAY<INT>", "'x' has type array<int>, but the feature of its name holds floats.");
  }

  private void assertMismatch(String schema, String message) {
    Dataset<Row> rows = spark.read().format("tfrecord").schema(schema).load(folder());
    assertThat(rootOf(rows::collectAsList))
        .hasMessageStartingWith("Column " + message + " It begins at byte ")
        .hasMessageContaining("/records/part-");
  }

  private static Throwable rootOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return Stream.iterate(catchThrowable(call), Throwable::getCause)
        .takeWhile(each -> each != null)
        .filter(
            each ->
                each instanceof IllegalArgumentException || each instanceof CorruptRecordException)
        .findFirst()
        .orElse(null);
  }

  @Test
  void readsOnlyTheFeaturesThatAreAskedFor() {
    write(table("id", "array(1.5F) AS x", "'w' AS word"));
    Dataset<Row> some = read().select("id").where("id < 10");

    assertThat(some.queryExecution().executedPlan().toString())
        .contains("FileScan tfrecord [id#")
        .contains("ReadSchema: struct<id:bigint>");
    assertThat(some.count()).isEqualTo(10);
    assertThat(read().count()).isEqualTo(100);
  }

  @Test
  void keepsListsOfFeatures() {
    StructType schema =
        new StructType()
            .add("context", DataTypes.LongType)
            .add("steps", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType)))
            .add(
                "words",
                DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.StringType)));
    Row row =
        RowFactory.create(
            7L,
            List.of(List.of(1f, 2f), List.of(), List.of(3f)),
            Arrays.asList(List.of("a"), null, List.of("b", "")));
    Dataset<Row> table =
        spark
            .createDataFrame(List.of(row, RowFactory.create(8L, null, List.of())), schema)
            .coalesce(1);
    table.write().format("tfrecord").option("recordType", "SequenceExample").save(folder());

    Dataset<Row> read =
        spark.read().format("tfrecord").option("recordtype", "sequenceexample").load(folder());
    assertThat(read.schema()).isEqualTo(schema);
    assertThat(read.collectAsList()).isEqualTo(table.collectAsList());
    assertThat(read().schema().toDDL()).isEqualTo("context BIGINT");
  }

  @Test
  void passesBytesThrough() {
    Dataset<Row> bytes = table("cast(string(id) AS binary) AS anything");
    bytes.write().format("tfrecord").option("recordType", "ByteArray").save(folder());

    Dataset<Row> read =
        spark.read().format("tfrecord").option("recordType", "ByteArray").load(folder());
    assertThat(read.schema().toDDL()).isEqualTo("byteArray BINARY");
    assertThat(read.selectExpr("cast(byteArray AS string) AS id").where("id = '99'").count())
        .isEqualTo(1);
    assertThat(read.count()).isEqualTo(100);
  }

  @Test
  void saysWhatCannotBeWrittenBeforeItWrites() {
    Dataset<Row> table =
        table(
            "id",
            "map('a', id) AS m",
            "date'2020-01-01' AS d",
            "array(array(id)) AS nested",
            "array(array(array(id))) AS deep");

    assertThatThrownBy(() -> write(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unsupported columns in TFRecord files of Example: column 'm' has type map<string,bigint>,"
                + " but features hold booleans, numbers, strings, binary, and arrays of them: cast it;"
                + " column 'd' has type date, but features hold booleans, numbers, strings, binary, and"
                + " arrays of them: cast it; column 'nested' has type array<array<bigint>>, which takes"
                + " the option recordType=SequenceExample; column 'deep' has type"
                + " array<array<array<bigint>>>, but lists of features are two arrays deep.");
    assertThatThrownBy(
            () ->
                table
                    .select("id", "d")
                    .write()
                    .format("tfrecord")
                    .option("recordType", "ByteArray")
                    .save(folder()))
        .hasMessage(
            "Unsupported columns in TFRecord files of ByteArray: there are 2, but the record is one;"
                + " column 'id' has type bigint, but a record is binary; column 'd' has type date, but a"
                + " record is binary.");
    assertThat(Path.of(folder())).doesNotExist();
  }

  @Test
  void saysWhichValueCannotBeWritten() {
    assertThat(rootOf(() -> write(table("id", "array(id, if(id = 5, null, id)) AS a"))))
        .hasMessage(
            "Column 'a' of type array<bigint> holds null at place 1, which no list holds. Correct"
                + " it, or filter such rows out.");
    Dataset<Row> large = table("if(id = 5, 1e300, 1) AS d");
    assertThat(rootOf(() -> large.write().format("tfrecord").mode("overwrite").save(folder())))
        .hasMessage(
            "Column 'd' of type double holds 1.0E300, which is no float. Correct it, or filter such"
                + " rows out.");
  }

  @Test
  void refusesOptionsThatNobodyKnows() {
    write(table("id"));

    assertThatThrownBy(
            () ->
                spark
                    .read()
                    .format("tfrecord")
                    .option("recordTyp", "Example")
                    .option("codec", "gzip")
                    .option("compression", "zip")
                    .option("onCorrupt", "ignore")
                    .option("inferRecords", "0")
                    .option("pathGlobFilter", "*")
                    .option("fs.s3a.endpoint", "host")
                    .load(folder()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid options for TFRecord files: option 'compression' is 'zip', but may be none, gzip,"
                + " zlib, snappy; option 'onCorrupt' is 'ignore', but may be fail, skip; option"
                + " 'inferRecords' is '0', but is a whole number from 1 on; 'codec', 'recordtyp' are"
                + " unknown; there are recordType, compression, onCorrupt, maxRecordBytes, inferFiles,"
                + " inferRecords, and Spark's own for files.");
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void compresses(Compression compression) throws IOException {
    Dataset<Row> table = table("id", "array_repeat(float(id), 3000) AS x").coalesce(1);
    table.write().format("tfrecord").option("compression", compression.toString()).save(folder());

    assertThat(files())
        .singleElement()
        .satisfies(
            file -> assertThat(file.toString()).endsWith(".tfrecord" + compression.extension))
        .satisfies(
            file -> {
              if (compression == Compression.NONE) {
                assertThat(Files.size(file)).isGreaterThan(1_200_000);
              } else {
                assertThat(Files.size(file)).isLessThan(600_000);
              }
            });
    assertThat(read().where("size(x) = 3000 AND x[2999] = id").count()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void needsNoNameToUncompress(Compression compression) throws IOException {
    table("id")
        .coalesce(1)
        .write()
        .format("tfrecord")
        .option("compression", compression.toString())
        .save(folder());
    Files.move(files().get(0), Path.of(folder(), "part-renamed"));

    Dataset<Row> read =
        spark
            .read()
            .format("tfrecord")
            .option("compression", compression == Compression.SNAPPY ? "snappy" : "none")
            .load(folder());

    assertThat(read.where("id = 99").count()).isEqualTo(1);
  }

  @Test
  void readsHadoopsSnappyToo() throws IOException {
    write(table("id").coalesce(1));
    Path plain = files().get(0);
    org.apache.hadoop.io.compress.SnappyCodec codec =
        new org.apache.hadoop.io.compress.SnappyCodec();
    codec.setConf(new org.apache.hadoop.conf.Configuration());
    Path packed = temporary.resolve("packed");
    Files.createDirectories(packed);
    try (var out = codec.createOutputStream(Files.newOutputStream(packed.resolve("a.snappy")))) {
      Files.copy(plain, out);
    }

    assertThat(spark.read().format("tfrecord").load(packed.toString()).where("id = 9").count())
        .isEqualTo(1);
  }

  @Test
  void knowsPartitionedFolders() throws IOException {
    table("id", "id % 3 AS part", "concat('k', id % 2) AS kind")
        .write()
        .format("tfrecord")
        .partitionBy("part", "kind")
        .save(folder());

    Dataset<Row> read = read();
    assertThat(read.schema().toDDL()).isEqualTo("id BIGINT,part INT,kind STRING");
    assertThat(read.where("part = id % 3 AND kind = concat('k', id % 2)").count()).isEqualTo(100);
    Dataset<Row> some = read.where("part = 1 AND kind = 'k0'").select("kind", "id");
    assertThat(some.count()).isEqualTo(16);
    assertThat(some.queryExecution().executedPlan().toString())
        .contains("PartitionFilters: [isnotnull(part#");
    assertThat(some.where("id = 4").first()).isEqualTo(RowFactory.create("k0", 4L));
    assertThat(files()).hasSizeGreaterThanOrEqualTo(6);
  }

  @Test
  void hasAllSaveModes() {
    write(table("id"));

    assertThatThrownBy(() -> write(table("id"))).isInstanceOf(AnalysisException.class);
    table("id").write().format("tfrecord").mode(SaveMode.Ignore).save(folder());
    assertThat(read().count()).isEqualTo(100);
    table("id").write().format("tfrecord").mode(SaveMode.Append).save(folder());
    assertThat(read().count()).isEqualTo(200);
    table("id").where("id < 5").write().format("tfrecord").mode("overwrite").save(folder());
    assertThat(read().count()).isEqualTo(5);
  }

  @Test
  void overwritesSomePartitions() {
    table("id", "id % 4 AS part").write().format("tfrecord").partitionBy("part").save(folder());
    table("id", "id % 4 AS part")
        .where("id = 1")
        .write()
        .format("tfrecord")
        .partitionBy("part")
        .option("partitionOverwriteMode", "dynamic")
        .mode(SaveMode.Overwrite)
        .save(folder());

    assertThat(read().count()).isEqualTo(76);
  }

  @Test
  void isATableInSql() {
    spark.sql("DROP TABLE IF EXISTS records");
    spark.sql(
        "CREATE TABLE records (id BIGINT, words ARRAY<STRING>) USING tfrecord OPTIONS (compression"
            + " 'gzip') LOCATION '"
            + Path.of(folder()).toUri()
            + "'");
    spark.sql("INSERT INTO records SELECT id, array('a', string(id)) FROM range(10)");

    assertThat(spark.sql("SELECT id FROM records WHERE words[1] = '7'").first().getLong(0))
        .isEqualTo(7);
    assertThat(spark.sql("SELECT * FROM tfrecord.`" + folder() + "`").count()).isEqualTo(10);
    spark.sql("DROP TABLE records");
  }

  @Test
  void streamsFromFilesToFiles() throws Exception {
    write(table("id", "id % 2 AS part"));
    String out = temporary.resolve("out").toString();

    StreamingQuery query =
        spark
            .readStream()
            .format("tfrecord")
            .schema("id BIGINT, part BIGINT")
            .option("maxFilesPerTrigger", 1)
            .load(folder())
            .writeStream()
            .format("tfrecord")
            .option("checkpointLocation", temporary.resolve("checkpoint").toString())
            .option("compression", "gzip")
            .partitionBy("part")
            .trigger(Trigger.AvailableNow())
            .start(out);
    query.awaitTermination();

    assertThat(query.exception().isEmpty()).isTrue();
    assertThat(spark.read().format("tfrecord").load(out).where("part = id % 2").count())
        .isEqualTo(100);
  }

  @Test
  void readsAFileInOnePieceAndSmallOnesTogether() {
    write(table("id").repartition(4));

    assertThat(read().rdd().getNumPartitions()).isEqualTo(2);
    spark.conf().set("spark.sql.files.maxPartitionBytes", 100);
    try {
      assertThat(read().rdd().getNumPartitions()).isEqualTo(4);
      assertThat(read().count()).isEqualTo(100);
    } finally {
      spark.conf().unset("spark.sql.files.maxPartitionBytes");
    }
  }

  @Test
  void knowsWhereRowsComeFrom() {
    write(table("id").coalesce(1));

    Row row = read().select("id", "_metadata.file_name").first();

    assertThat(row.getString(1)).startsWith("part-").endsWith(".tfrecord");
  }

  @Test
  void leavesMissingFilesToSpark() throws IOException {
    write(table("id").repartition(2));
    Dataset<Row> lenient =
        spark.read().format("tfrecord").option("ignoreMissingFiles", true).load(folder());
    Files.delete(files().get(0));

    assertThat(lenient.count()).isBetween(1L, 99L);
  }
}
