package io.kindling.spark.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.network.Input;
import io.kindling.spark.input.LengthPolicy;
import io.kindling.spark.input.NullPolicy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that are not there, of another length, sparse, or pictures; of both formats of rows. */
class InputPolicyTest {

  private static final DataType INTS = DataTypes.createArrayType(DataTypes.IntegerType);
  private static final DataType FLOATS = DataTypes.createArrayType(DataTypes.FloatType);
  private static final DataType NESTED = DataTypes.createArrayType(FLOATS);
  private static final DataType VECTOR = SQLDataTypes.VectorType();
  private static final DataType IMAGE = ImageSchema.columnSchema();

  private static ColumnInput input(Input input, NullPolicy nulls, LengthPolicy lengths) {
    return new ColumnInput("c", input.spec(), 0, Accepted.ANY, input.encoding(), nulls, lengths);
  }

  private static ColumnInput zero(Input input, LengthPolicy lengths) {
    return input(input, NullPolicy.ZERO, lengths);
  }

  private static ColumnInput strict(Input input) {
    return input(input, NullPolicy.FAIL, LengthPolicy.FAIL);
  }

  private static float[] read(DataType type, ColumnInput input, Object value, boolean isUnsafe) {
    StructType schema = new StructType().add("c", type);
    InternalRow row =
        (InternalRow)
            CatalystTypeConverters.createToCatalystConverter(schema)
                .apply(RowFactory.create(value));
    InternalRow given = isUnsafe ? UnsafeProjection.create(schema).apply(row) : row;
    RowBlockBuilder builder =
        new RowBlockBuilder(ColumnBinding.of("Classifier", schema, List.of(input)));
    builder.append(given);
    builder.append(given);
    int size = input.tensor().shape().size();
    ByteBuffer target = ByteBuffer.allocate(size * 4).order(ByteOrder.nativeOrder());
    builder.take().copyRow(0, 1, target, 0);
    float[] numbers = new float[size];
    target.asFloatBuffer().get(numbers);
    return numbers;
  }

  private static Row picture(int height, int width, int channels, int mode, byte... data) {
    return RowFactory.create("file", height, width, channels, mode, data);
  }

  static Stream<Arguments> values() {
    Input three = Input.of("x", 3);
    Input table = Input.of("x", 2, 2);
    Input scalar = Input.of("x", 1);
    Input sparse = Input.ofSparse("x", 10, 3);
    Input colours = Input.of("x", 1, 2, 3);
    return Stream.of(
        arguments(DataTypes.DoubleType, zero(scalar, LengthPolicy.FAIL), null, floats(0)),
        arguments(DataTypes.BooleanType, zero(scalar, LengthPolicy.FAIL), true, floats(1)),
        arguments(VECTOR, zero(three, LengthPolicy.FAIL), null, floats(0, 0, 0)),
        arguments(DataTypes.BinaryType, zero(three, LengthPolicy.FAIL), null, floats(0, 0, 0)),
        arguments(INTS, zero(three, LengthPolicy.FAIL), null, floats(0, 0, 0)),
        arguments(INTS, zero(three, LengthPolicy.FAIL), list(5, null, 7), floats(5, 0, 7)),
        arguments(INTS, zero(three, LengthPolicy.PAD_END), list(5, null), floats(5, 0, 0)),
        arguments(INTS, zero(three, LengthPolicy.PAD_END), list(1, 2, 3, 4), floats(1, 2, 3)),
        arguments(INTS, zero(three, LengthPolicy.PAD_START), list(5), floats(0, 0, 5)),
        arguments(INTS, zero(three, LengthPolicy.PAD_START), list(1, 2, 3, 4), floats(2, 3, 4)),
        arguments(FLOATS, zero(three, LengthPolicy.PAD_END), list(), floats(0, 0, 0)),
        arguments(FLOATS, zero(three, LengthPolicy.PAD_END), list(.5f, 1f, 2f), floats(.5f, 1, 2)),
        arguments(
            NESTED,
            zero(table, LengthPolicy.PAD_END),
            list(list(1f), list(2f, 3f, 4f), list(9f)),
            floats(1, 0, 2, 3)),
        arguments(
            NESTED,
            zero(table, LengthPolicy.PAD_START),
            list(null, list(2f, null, 4f)),
            floats(0, 0, 0, 4)),
        arguments(
            NESTED,
            zero(Input.of("x", 2, 1, 2), LengthPolicy.PAD_END),
            list(list(1f)),
            floats(1, 0, 0, 0)),
        // Where numbers are.
        arguments(
            DataTypes.DoubleType,
            zero(Input.presenceOf(scalar), LengthPolicy.FAIL),
            null,
            floats(0)),
        arguments(
            DataTypes.DoubleType,
            zero(Input.presenceOf(scalar), LengthPolicy.FAIL),
            0.0,
            floats(1)),
        arguments(
            INTS,
            zero(Input.presenceOf(three), LengthPolicy.PAD_START),
            list(null, 0),
            floats(0, 0, 1)),
        arguments(
            NESTED,
            zero(Input.presenceOf(table), LengthPolicy.PAD_END),
            list(list(0f), null, list(1f)),
            floats(1, 0, 0, 0)),
        arguments(
            VECTOR,
            zero(Input.presenceOf(three), LengthPolicy.FAIL),
            Vectors.dense(1, 0, 3),
            floats(1, 1, 1)),
        // Pairs of place and value.
        arguments(
            VECTOR,
            strict(sparse),
            Vectors.sparse(10, new int[] {2, 9}, new double[] {0.5, -1}),
            floats(2, 0.5f, 9, -1, 9, 0)),
        arguments(
            VECTOR,
            strict(sparse),
            Vectors.sparse(10, new int[] {2, 5, 9}, new double[] {0.5, 0, -1}),
            floats(2, 0.5f, 9, -1, 9, 0)),
        arguments(
            VECTOR,
            strict(sparse),
            Vectors.dense(0, 1, 0, 0, 0, 0, 0, 8, 0, 0),
            floats(1, 1, 7, 8, 7, 0)),
        arguments(
            VECTOR,
            strict(sparse),
            Vectors.sparse(10, new int[0], new double[0]),
            floats(0, 0, 0, 0, 0, 0)),
        arguments(VECTOR, zero(sparse, LengthPolicy.FAIL), null, floats(0, 0, 0, 0, 0, 0)),
        // Pictures: blue, green, red become red, green, blue; CV_8UC3 is 16, CV_8UC1 0, CV_32FC1 5.
        arguments(
            IMAGE,
            strict(colours),
            picture(1, 2, 3, 16, (byte) 1, (byte) 2, (byte) 3, (byte) 200, (byte) 5, (byte) 6),
            floats(3, 2, 1, 6, 5, 200)),
        arguments(
            IMAGE,
            strict(Input.of("x", 1, 1, 4)),
            picture(1, 1, 4, 24, (byte) 1, (byte) 2, (byte) 3, (byte) 4),
            floats(3, 2, 1, 4)),
        arguments(
            IMAGE,
            strict(Input.of("x", 1, 2, 1)),
            picture(1, 2, 1, 0, (byte) 7, (byte) 255),
            floats(7, 255)),
        arguments(
            IMAGE,
            strict(Input.of("x", 1, 1, 1)),
            picture(1, 1, 1, 5, (byte) 0, (byte) 0, (byte) 0xc0, (byte) 0x3f),
            floats(1.5f)));
  }

  private static float[] floats(float... numbers) {
    return numbers;
  }

  private static List<?> list(Object... elements) {
    return Arrays.asList(elements);
  }

  @ParameterizedTest
  @MethodSource("values")
  void readsWhatThePolicySays(DataType type, ColumnInput input, Object value, float[] expected) {
    Object scala = value instanceof List<?> list ? scala(list) : value;
    assertThat(read(type, input, scala, true)).containsExactly(expected);
    assertThat(read(type, input, scala, false)).containsExactly(expected);
  }

  /** Spark's converters take Scala's sequences. */
  private static Object scala(List<?> list) {
    return scala.jdk.javaapi.CollectionConverters.asScala(
            list.stream().map(each -> each instanceof List<?> inner ? scala(inner) : each).toList())
        .toSeq();
  }

  static Stream<Arguments> mistakes() {
    Input three = Input.of("x", 3);
    Input sparse = Input.ofSparse("x", 10, 3);
    return Stream.of(
        arguments(
            INTS,
            input(three, NullPolicy.FAIL, LengthPolicy.PAD_END),
            list(1, null),
            "Column 'c' has null at element 1 in row 0 of partition 0. Classifier needs a number in every"
                + " element. Filter such rows out, or replace the null with transform(column, x -> coalesce(x, 0)), or setNullPolicy."),
        arguments(
            INTS,
            zero(three, LengthPolicy.FAIL),
            list(1, 2),
            "Column 'c' has 2 elements in row 0 of partition 0. Classifier needs 3 for tensor 'x'. Filter out"
                + " or pad such rows, or give the network's input their length, or, for arrays, setLengthPolicy."),
        arguments(
            VECTOR,
            strict(sparse),
            Vectors.dense(1, 2),
            "Column 'c' is a vector of 2 elements in row 0 of partition 0. Classifier needs vectors of 10 for"
                + " 'x' float32[?, 3, 2]. Filter such rows out, or correct the column."),
        arguments(
            VECTOR,
            strict(sparse),
            Vectors.dense(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            "Column 'c' is a vector with 10 elements that are not zero in row 0 of partition 0. Classifier"
                + " needs at most 3 of them for 'x' float32[?, 3, 2]; give Input.ofSparse more room."
                + " Filter such rows out, or correct the column."),
        arguments(
            IMAGE,
            strict(Input.of("x", 1, 1, 1)),
            picture(1, 2, 1, 0, (byte) 7, (byte) 8),
            "Column 'c' is a picture of 1 x 2 x 1 in row 0 of partition 0. Classifier needs pictures of height"
                + " 1, width 1 and 1 channels for 'x' float32[?, 1, 1, 1]. Filter such rows out, or"
                + " correct the column."),
        arguments(
            IMAGE,
            strict(Input.of("x", 1, 1, 1)),
            picture(-1, -1, -1, -1),
            "Column 'c' is a file that is no picture (mode -1) in row 0 of partition 0. Classifier needs"
                + " pictures. Filter such rows out, or correct the column."));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void saysWhatIsWrongWithARow(DataType type, ColumnInput input, Object value, String message) {
    Object scala = value instanceof List<?> list ? scala(list) : value;
    for (boolean isUnsafe : new boolean[] {true, false}) {
      assertThatThrownBy(() -> read(type, input, scala, isUnsafe))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }

  @Test
  void saysWhatIsWrongWithATypeBeforeRowsAreRead() {
    assertThatThrownBy(
            () ->
                ColumnBinding.of(
                    "Classifier",
                    new StructType().add("c", INTS),
                    List.of(strict(Input.ofSparse("x", 10, 3)))))
        .hasMessage(
            "Column 'c' has type array<int>. Classifier needs a vector of 10 elements for 'x' float32[?, 3, 2]."
                + " Collect numbers with VectorAssembler, or give the network an Input.of.");
    assertThatThrownBy(
            () ->
                ColumnBinding.of(
                    "Classifier",
                    new StructType().add("c", IMAGE),
                    List.of(strict(Input.of("x", 784)))))
        .hasMessageEndingWith(
            "Classifier needs 'x' float32[?, 784], and a picture is [height, width, channels]. Give the network"
                + " an input of this shape, and Flatten it there.");
  }
}
