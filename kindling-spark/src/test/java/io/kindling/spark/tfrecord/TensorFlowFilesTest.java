package io.kindling.spark.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.local.LocalSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.FeatureList;
import org.tensorflow.proto.FeatureLists;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;
import org.tensorflow.proto.SequenceExample;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** TensorFlow's own readers and writers of records, and protobuf's classes, on the other side. */
class TensorFlowFilesTest {

  private static final int ROWS = 2000;

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path temporary;

  @ParameterizedTest
  @EnumSource(Compression.class)
  void readsWhatIsWrittenHere(Compression compression) throws IOException {
    String folder = temporary.resolve("records").toString();
    spark
        .range(0, ROWS, 1, 1)
        .selectExpr("id", "array_repeat(float(id), 100) AS x", "string(id) AS word")
        .write()
        .format("tfrecord")
        .option("compression", compression.toString())
        .save(folder);
    Path file;
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      file =
          files
              .filter(each -> each.getFileName().toString().startsWith("part-"))
              .findFirst()
              .orElseThrow();
    }

    List<byte[]> records = TensorFlow.read(file, compression);

    assertThat(records).hasSize(ROWS);
    for (int i = 0; i < ROWS; i++) {
      Features features = Example.parseFrom(records.get(i)).getFeatures();
      assertThat(features.getFeatureOrThrow("id").getInt64List().getValue(0)).isEqualTo(i);
      assertThat(features.getFeatureOrThrow("x").getFloatList().getValueList())
          .hasSize(100)
          .containsOnly((float) i);
      assertThat(features.getFeatureOrThrow("word").getBytesList().getValue(0).toStringUtf8())
          .isEqualTo(Integer.toString(i));
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void writesWhatIsReadHere(Compression compression) {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      records.add(
          Example.newBuilder()
              .setFeatures(
                  Features.newBuilder()
                      .putFeature("id", int64(i, -i))
                      .putFeature("x", floats(new float[100]))
                      .putFeature("none", Feature.getDefaultInstance()))
              .build()
              .toByteArray());
    }
    Path file = temporary.resolve("written" + compression.extension);
    TensorFlow.write(file, compression, records);

    Dataset<Row> read = spark.read().format("tfrecord").load(file.toString());

    assertThat(read.schema().toDDL()).isEqualTo("id ARRAY<BIGINT>,none STRING,x ARRAY<FLOAT>");
    assertThat(read.where("id[0] = -id[1] AND size(x) = 100 AND none IS NULL").count())
        .isEqualTo(ROWS);
    assertThat(read.selectExpr("id[0]").distinct().count()).isEqualTo(ROWS);
  }

  @Test
  void readsListsOfFeatures() {
    SequenceExample record =
        SequenceExample.newBuilder()
            .setContext(Features.newBuilder().putFeature("length", int64(2)))
            .setFeatureLists(
                FeatureLists.newBuilder()
                    .putFeatureList(
                        "words",
                        FeatureList.newBuilder()
                            .addFeature(text("a"))
                            .addFeature(text("b"))
                            .build()))
            .build();
    Path file = temporary.resolve("sequence");
    TensorFlow.write(file, Compression.NONE, List.of(record.toByteArray()));

    Row row =
        spark
            .read()
            .format("tfrecord")
            .option("recordType", "SequenceExample")
            .load(file.toString())
            .selectExpr("length", "flatten(words)[1]")
            .first();

    assertThat(row.getLong(0)).isEqualTo(2);
    assertThat(row.getString(1)).isEqualTo("b");
  }

  private static Feature int64(long... values) {
    Int64List.Builder list = Int64List.newBuilder();
    for (long value : values) {
      list.addValue(value);
    }
    return Feature.newBuilder().setInt64List(list).build();
  }

  private static Feature floats(float... values) {
    FloatList.Builder list = FloatList.newBuilder();
    for (float value : values) {
      list.addValue(value);
    }
    return Feature.newBuilder().setFloatList(list).build();
  }

  private static Feature text(String value) {
    return Feature.newBuilder()
        .setBytesList(
            BytesList.newBuilder().addValue(com.google.protobuf.ByteString.copyFromUtf8(value)))
        .build();
  }

  /** Records as TensorFlow's kernels read and write them. */
  private static final class TensorFlow {

    private static final List<Class<? extends TType>> TEXTS = List.of(TString.class);

    private TensorFlow() {}

    private static Operand<TString> word(Ops tf, Compression compression) {
      return tf.constant(
          compression == Compression.NONE ? "" : compression.toString().toUpperCase(Locale.ROOT));
    }

    static List<byte[]> read(Path file, Compression compression) {
      try (EagerSession session = EagerSession.create()) {
        Ops tf = Ops.create(session);
        Operand<?> records =
            tf.data.tfRecordDataset(
                tf.array(file.toString()),
                word(tf, compression),
                tf.constant(0L),
                tf.constant(new long[] {0}));
        List<Shape> shapes = List.of(Shape.of(-1));
        @SuppressWarnings("unchecked")
        Operand<TType> dataset = (Operand<TType>) records;
        Operand<?> all =
            tf.data.batchDataset(dataset, tf.constant(1L << 30), tf.constant(false), TEXTS, shapes);
        @SuppressWarnings("unchecked")
        Operand<TType> batch = (Operand<TType>) all;
        TString texts =
            (TString)
                tf.data.datasetToSingleElement(batch, TEXTS, shapes).iterator().next().asTensor();
        List<byte[]> bytes = new ArrayList<>();
        texts.asBytes().scalars().forEach(each -> bytes.add(each.getObject()));
        return bytes;
      }
    }

    static void write(Path file, Compression compression, List<byte[]> records) {
      try (EagerSession session = EagerSession.create()) {
        Ops tf = Ops.create(session);
        TString texts =
            TString.tensorOfBytes(NdArrays.vectorOfObjects(records.toArray(byte[][]::new)));
        Operand<?> rows =
            tf.data.tensorSliceDataset(List.of(tf.constantOf(texts)), List.of(Shape.scalar()));
        @SuppressWarnings("unchecked")
        Operand<TType> dataset = (Operand<TType>) rows;
        tf.data.datasetToTfRecord(dataset, tf.constant(file.toString()), word(tf, compression));
      }
    }
  }
}
