package io.kindling.spark.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import io.kindling.spark.stage.ModelTransformer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** What TensorFlowOnSpark's own tests ask of its frames in files, by the numbers of the list. */
class ParityTest {

  private static final String SCHEMA =
      "binary BINARY,bool BOOLEAN,int INT,long BIGINT,float FLOAT,double DOUBLE,string STRING,"
          + "arrayBinary ARRAY<BINARY>,arrayBool ARRAY<BOOLEAN>,arrayInt ARRAY<INT>,"
          + "arrayLong ARRAY<BIGINT>,arrayFloat ARRAY<FLOAT>,arrayDouble ARRAY<DOUBLE>,"
          + "arrayString ARRAY<STRING>";

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path temporary;

  private Dataset<Row> frame() {
    return spark.createDataFrame(
        List.of(
            row("one", true, 1, List.of("one", "two", "three"), List.of(1, 2, 3), 1.0),
            row("foo", false, 2, List.of("foo", "bar", "baz"), List.of(4, 5, 6), 2.0)),
        StructType.fromDDL(SCHEMA));
  }

  private static Row row(
      String word, boolean flag, int number, List<String> words, List<Integer> ints, double real) {
    List<Double> reals = List.of(real, real + 0.1, real + 0.2);
    return RowFactory.create(
        bytes(word),
        flag,
        number,
        (long) number,
        (float) real,
        real,
        word,
        words.stream().map(ParityTest::bytes).toList(),
        List.of(flag, flag, flag),
        ints,
        ints.stream().map(Integer::longValue).toList(),
        reals.stream().map(Double::floatValue).toList(),
        reals,
        words);
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.UTF_8);
  }

  private Dataset<Row> writtenAndRead(Dataset<Row> frame, StructType schema) {
    String folder = temporary.resolve("records").toString();
    frame.write().format("tfrecord").save(folder);
    return schema == null
        ? spark.read().format("tfrecord").load(folder)
        : spark.read().format("tfrecord").schema(schema).load(folder);
  }

  /** TFOS-16; the binary column needs no hint, as its bytes are no text. */
  @Test
  void keepsAFrameOfPythonsTest() {
    StructType schema =
        StructType.fromDDL("a STRING,b BIGINT,c ARRAY<BIGINT>,d DOUBLE,e ARRAY<DOUBLE>,f BINARY");
    Row row =
        RowFactory.create(
            "text string",
            1L,
            List.of(2L, 3L, 4L, 5L),
            -1.1,
            List.of(-2.2, -3.3, -4.4, -5.5),
            new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xfd, (byte) 0xfc});

    Dataset<Row> read = writtenAndRead(spark.createDataFrame(List.of(row), schema), null);

    assertThat(read.schema().toDDL())
        .isEqualTo("a STRING,b BIGINT,c ARRAY<BIGINT>,d FLOAT,e ARRAY<FLOAT>,f BINARY");
    assertThat(
            read.where(
                    "a = 'text string' AND b = 1 AND c = array(2, 3, 4, 5) AND abs(d + 1.1) < 1e-6"
                        + " AND forall(zip_with(e, array(-2.2, -3.3, -4.4, -5.5), (x, y) -> abs(x"
                        + " - y) < 1e-6), near -> near) AND f = unhex('fffefdfc')")
                .count())
        .isEqualTo(1);
    assertThat(read.inputFiles()).isNotEmpty(); // what isLoadedDF asks
    assertThat(spark.createDataFrame(List.of(row), schema).inputFiles()).isEmpty();
  }

  /** TFOS-17 and 19. */
  @Test
  void keepsAFrameOfAllTypes() {
    StructType schema = frame().schema();
    assertThat(StructType.fromDDL(schema.toDDL())).isEqualTo(schema);

    Dataset<Row> read = writtenAndRead(frame(), schema);

    assertThat(read.schema()).isEqualTo(schema);
    List<Row> expected = frame().orderBy("int").collectAsList();
    List<Row> rows = read.orderBy("int").collectAsList();
    assertThat(rows).hasSize(2);
    for (int i = 0; i < 2; i++) {
      for (StructField field : schema.fields()) {
        assertNear(field, rows.get(i), expected.get(i));
      }
    }
  }

  private static void assertNear(StructField field, Row row, Row expected) {
    Object value = row.get(row.fieldIndex(field.name()));
    Object wanted = expected.get(expected.fieldIndex(field.name()));
    if (field.dataType().equals(DataTypes.DoubleType)) {
      assertThat((Double) value)
          .isCloseTo((Double) wanted, org.assertj.core.data.Offset.offset(1e-6));
    } else if (field.name().equals("arrayDouble")) {
      List<Double> values = row.getList(row.fieldIndex(field.name()));
      List<Double> all = expected.getList(expected.fieldIndex(field.name()));
      for (int i = 0; i < 3; i++) {
        assertThat(values.get(i)).isCloseTo(all.get(i), org.assertj.core.data.Offset.offset(1e-6));
      }
    } else if (field.name().equals("arrayBinary")) {
      List<byte[]> values = row.getList(row.fieldIndex(field.name()));
      List<byte[]> all = expected.getList(expected.fieldIndex(field.name()));
      assertThat(values.toArray(byte[][]::new)).isDeepEqualTo(all.toArray(byte[][]::new));
    } else {
      assertThat(value).as(field.name()).isEqualTo(wanted);
    }
  }

  /** TFOS-20: rows become the values of 14 tensors, two rows each. */
  @Test
  void feedsAFrameOfAllTypesToTensors() {
    Dataset<Row> read = writtenAndRead(frame(), frame().schema());
    Graphs graph = Graphs.begin();
    ModelTransformer model = new ModelTransformer();
    for (StructField field : read.schema().fields()) {
      boolean isArray = field.name().startsWith("array");
      DataType type =
          tensorType(field.name().replace("array", "").toLowerCase(java.util.Locale.ROOT));
      long[] shape = isArray ? new long[] {-1, 3} : new long[] {-1};
      graph.input(field.name(), type, shape);
      graph.node("of_" + field.name(), "Identity", "T", type, field.name());
    }

    Dataset<Row> fed = model.setModel(graph.write(temporary)).transform(read);

    assertThat(
            fed.where(
                    "of_bool = bool AND of_int = int AND of_long = long AND of_float = float"
                        + " AND of_double = double AND of_string = string AND of_binary = string"
                        + " AND of_arrayBool = arrayBool AND of_arrayInt = arrayInt AND of_arrayLong ="
                        + " arrayLong AND of_arrayFloat = arrayFloat AND of_arrayDouble = arrayDouble"
                        + " AND of_arrayString = arrayString AND of_arrayBinary = arrayString")
                .count())
        .isEqualTo(2);
    Row sums =
        fed.selectExpr(
                "sum(of_int)",
                "sum(of_long)",
                "sum(of_float)",
                "sum(of_double)",
                "sort_array(collect_list(aggregate(of_arrayInt, 0, (a, b) -> a + b)))",
                "sort_array(collect_list(round(aggregate(of_arrayDouble, 0D, (a, b) -> a + b), 5)))")
            .first();
    assertThat(sums)
        .isEqualTo(
            RowFactory.create(
                3L,
                3L,
                3.0,
                3.0,
                scala.jdk.javaapi.CollectionConverters.asScala(List.of(6, 15)).toSeq(),
                scala.jdk.javaapi.CollectionConverters.asScala(List.of(3.3, 6.3)).toSeq()));
  }

  private static DataType tensorType(String name) {
    return switch (name) {
      case "bool" -> DataType.DT_BOOL;
      case "int" -> DataType.DT_INT32;
      case "long" -> DataType.DT_INT64;
      case "float" -> DataType.DT_FLOAT;
      case "double" -> DataType.DT_DOUBLE;
      default -> DataType.DT_STRING;
    };
  }

  /** TFOS-27. */
  @Test
  void writesTheColumnsThatAreChosen() {
    Dataset<Row> frame =
        spark.range(10).toDF().selectExpr("id AS col1", "'x' AS col2", "1.5F AS col3", "0 AS col4");

    assertThat(writtenAndRead(frame.select("col1", "col2"), null).columns())
        .containsExactly("col1", "col2");
  }
}
