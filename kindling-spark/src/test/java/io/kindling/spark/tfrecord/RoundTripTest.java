package io.kindling.spark.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows of random schemas, written and read again: equal, or refused where a record cannot hold
 * them.
 */
class RoundTripTest {

  private static final int SCHEMAS = 1500;
  private static final int ROWS = 6;

  private static final List<DataType> VALUES =
      List.of(
          DataTypes.BooleanType,
          DataTypes.ByteType,
          DataTypes.ShortType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.StringType,
          DataTypes.BinaryType);

  private static final List<DataType> NO_VALUES =
      List.of(
          DataTypes.DateType,
          DataTypes.createDecimalType(9, 2),
          DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType),
          new StructType().add("a", DataTypes.LongType));

  @ParameterizedTest
  @EnumSource(
      value = RecordType.class,
      names = {"EXAMPLE", "SEQUENCE_EXAMPLE"})
  void keepsAllThatARecordHolds(RecordType recordType) throws IOException {
    int kept = 0;
    for (int seed = 0; seed < SCHEMAS; seed++) {
      kept += new Trial(recordType, seed).keepsOrRefuses() ? 1 : 0;
    }
    assertThat(kept).isBetween(SCHEMAS / 4, SCHEMAS * 9 / 10);
  }

  /** One schema and its rows. */
  private static final class Trial {

    private final RecordType recordType;
    private final int seed;
    private final Random random;
    private final StructType schema;
    private boolean hasNoType;
    private boolean hasNoValue;

    Trial(RecordType recordType, int seed) {
      this.recordType = recordType;
      this.seed = seed;
      this.random = new Random(seed);
      this.schema = schema();
    }

    private StructType schema() {
      StructType columns = new StructType();
      int count = random.nextInt(8);
      for (int i = 0; i < count; i++) {
        columns = columns.add(name(i), type());
      }
      return columns;
    }

    private String name(int i) {
      return switch (random.nextInt(4)) {
        case 0 -> "f" + i;
        case 1 -> "größe/" + i;
        case 2 -> "a name. that is somewhat longer than the others " + i;
        default -> i == 0 ? "" : "_" + i;
      };
    }

    private DataType type() {
      if (random.nextInt(60) == 0) {
        hasNoType = true;
        return NO_VALUES.get(random.nextInt(NO_VALUES.size()));
      }
      DataType type = VALUES.get(random.nextInt(VALUES.size()));
      int depth = random.nextInt(40) == 0 ? 3 : random.nextInt(mostDeep() + 1);
      hasNoType |= depth > mostDeep();
      for (int i = 0; i < depth; i++) {
        type = DataTypes.createArrayType(type);
      }
      return type;
    }

    private int mostDeep() {
      return recordType == RecordType.EXAMPLE ? 1 : 2;
    }

    /** True where rows were kept, false where they were refused rightly. */
    boolean keepsOrRefuses() throws IOException {
      if (hasNoType) {
        assertThatThrownBy(() -> RowWriter.of(schema, recordType))
            .as("seed %d", seed)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("Unsupported columns in TFRecord files of " + recordType);
        return false;
      }
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        Object[] values = new Object[schema.length()];
        for (int column = 0; column < values.length; column++) {
          values[column] =
              random.nextInt(5) == 0 ? null : value(schema.apply(column).dataType(), 0);
        }
        rows.add(RowFactory.create(values));
      }
      if (hasNoValue) {
        assertThatThrownBy(() -> write(rows))
            .as("seed %d", seed)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching(
                "(?s)Column '.*' of type .* holds (null at place \\d+, which no list holds|.*, which is no float)\\. .*");
        return false;
      }
      assertThat(read(write(rows)))
          .as("seed %d", seed)
          .isEqualTo(rows.stream().map(Trial::text).toList());
      return true;
    }

    private Object value(DataType type, int depth) {
      if (type instanceof ArrayType array) {
        List<Object> values = new ArrayList<>();
        int count = random.nextInt(4) == 0 ? 0 : random.nextInt(random.nextInt(10) == 0 ? 200 : 5);
        for (int i = 0; i < count; i++) {
          values.add(element(array.elementType(), depth));
        }
        return CollectionConverters.asScala(values).toSeq();
      } else if (type.equals(DataTypes.BooleanType)) {
        return random.nextBoolean();
      } else if (type.equals(DataTypes.ByteType)) {
        return (byte) random.nextInt();
      } else if (type.equals(DataTypes.ShortType)) {
        return (short) random.nextInt();
      } else if (type.equals(DataTypes.IntegerType)) {
        return random.nextInt() >> random.nextInt(32);
      } else if (type.equals(DataTypes.LongType)) {
        return random.nextLong() >> random.nextInt(64);
      } else if (type.equals(DataTypes.FloatType)) {
        return Float.intBitsToFloat(random.nextInt());
      } else if (type.equals(DataTypes.DoubleType)) {
        return doubleValue();
      } else if (type.equals(DataTypes.StringType)) {
        return random.nextBoolean() ? "" : "wort 字 " + random.nextLong();
      }
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      return bytes;
    }

    /** Inner arrays may be null, values in arrays may not. */
    private Object element(DataType type, int depth) {
      boolean isArray = type instanceof ArrayType;
      if (random.nextInt(isArray ? 5 : 2000) == 0) {
        hasNoValue |= !isArray;
        return null;
      }
      return value(type, depth + 1);
    }

    private double doubleValue() {
      if (random.nextInt(500) == 0) {
        hasNoValue = true;
        return 1e200;
      }
      return Float.intBitsToFloat(random.nextInt());
    }

    private byte[] write(List<Row> rows) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      RecordFileWriter writer =
          new RecordFileWriter("memory", RowWriter.of(schema, recordType), file);
      UnsafeProjection unsafe = UnsafeProjection.create(schema);
      for (Row row : rows) {
        InternalRow internal =
            (InternalRow) CatalystTypeConverters.createToCatalystConverter(schema).apply(row);
        writer.write(random.nextBoolean() ? internal : unsafe.apply(internal));
      }
      writer.close();
      return file.toByteArray();
    }

    private List<String> read(byte[] file) throws IOException {
      List<String> rows = new ArrayList<>();
      RecordInput input = new RecordInput(new ByteArrayInputStream(file), 1 << 20);
      RowReader reader = RowReader.of(schema, recordType);
      while (input.next()) {
        InternalRow row = reader.read(input.bytes(), input.start(), input.length());
        rows.add(text(CatalystTypeConverters.createToScalaConverter(schema).apply(row.copy())));
      }
      return rows;
    }

    /** Tells null from empty, and numbers by their bits. */
    private static String text(Object value) {
      if (value instanceof Row row) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < row.length(); i++) {
          parts.add(text(row.get(i)));
        }
        return "row" + parts;
      } else if (value instanceof scala.collection.Seq<?> seq) {
        List<String> parts = new ArrayList<>();
        CollectionConverters.asJava(seq).forEach(each -> parts.add(text(each)));
        return "array" + parts;
      } else if (value instanceof byte[] bytes) {
        return "bytes " + HexFormat.of().formatHex(bytes);
      }
      return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
    }
  }
}
