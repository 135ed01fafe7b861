package io.kindling.spark.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.tensor.Batch;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways of reading, of rows in Spark's unsafe format and of rows that hold objects. */
class RowCopyTest {

  private static ArrayType array(DataType element) {
    return DataTypes.createArrayType(element);
  }

  private static StructType schema(DataType type) {
    return new StructType()
        .add("id", DataTypes.IntegerType)
        .add(new StructField("c", type, true, Metadata.empty()));
  }

  private static InternalRow generic(DataType type, Object value) {
    return (InternalRow)
        CatalystTypeConverters.createToCatalystConverter(schema(type))
            .apply(RowFactory.create(7, value));
  }

  private static InternalRow unsafe(DataType type, Object value) {
    return UnsafeProjection.create(schema(type)).apply(generic(type, value)).copy();
  }

  /** A batch in plain direct memory. */
  private record PlainBatch(List<TensorSpec> columns, int capacity, List<ByteBuffer> buffers)
      implements Batch {

    PlainBatch(List<TensorSpec> columns, int capacity) {
      this(
          columns,
          capacity,
          columns.stream()
              .map(spec -> ByteBuffer.allocateDirect((int) spec.rowBytes() * capacity))
              .map(buffer -> buffer.order(ByteOrder.nativeOrder()))
              .toList());
    }

    @Override
    public int rows() {
      return capacity;
    }

    @Override
    public void setRows(int rows) {}

    @Override
    public ByteBuffer column(int index) {
      return buffers.get(index);
    }
  }

  private static double get(ElementType type, ByteBuffer memory, int element) {
    return switch (type) {
      case FLOAT32 -> memory.getFloat(4 * element);
      case FLOAT64 -> memory.getDouble(8 * element);
      case INT32 -> memory.getInt(4 * element);
      case INT64 -> memory.getLong(8 * element);
      case UINT8, BOOL -> memory.get(element) & 0xff;
    };
  }

  private static double[] read(
      DataType type, TensorSpec tensor, InternalRow row, boolean throughBlock) {
    ColumnBinding binding =
        ColumnBinding.of("NeuralClassifier", schema(type), List.of(ColumnInput.of("c", tensor)));
    PlainBatch batch = new PlainBatch(List.of(tensor), 3);
    if (throughBlock) {
      RowBlockBuilder builder = new RowBlockBuilder(binding);
      builder.append(row);
      builder.append(row);
      builder.take().copyRow(0, 1, batch.column(0), 1);
    } else {
      new BatchWriter(binding, batch).write(row, 1);
    }
    int size = tensor.shape().size();
    return IntStream.range(0, size)
        .mapToDouble(i -> get(tensor.type(), batch.column(0), size + i))
        .toArray();
  }

  static Stream<Arguments> values() {
    List<Arguments> values = new ArrayList<>();
    double[] scalar = {1};
    values.add(arguments(DataTypes.ByteType, (byte) 1, scalar, new int[0]));
    values.add(arguments(DataTypes.ShortType, (short) 1, scalar, new int[0]));
    values.add(arguments(DataTypes.IntegerType, 1, scalar, new int[0]));
    values.add(arguments(DataTypes.LongType, 1L, scalar, new int[0]));
    values.add(arguments(DataTypes.FloatType, 1f, scalar, new int[0]));
    values.add(arguments(DataTypes.DoubleType, 1.0, scalar, new int[0]));
    values.add(arguments(DataTypes.BooleanType, true, scalar, new int[0]));
    values.add(
        arguments(
            DataTypes.createDecimalType(30, 3),
            new java.math.BigDecimal("1.000"),
            scalar,
            new int[0]));
    double[] three = {1, 0, 1};
    int[] shape = {3};
    values.add(
        arguments(array(DataTypes.ByteType), List.of((byte) 1, (byte) 0, (byte) 1), three, shape));
    values.add(
        arguments(
            array(DataTypes.ShortType), List.of((short) 1, (short) 0, (short) 1), three, shape));
    values.add(arguments(array(DataTypes.IntegerType), List.of(1, 0, 1), three, shape));
    values.add(arguments(array(DataTypes.LongType), List.of(1L, 0L, 1L), three, shape));
    values.add(arguments(array(DataTypes.FloatType), List.of(1f, 0f, 1f), three, shape));
    values.add(arguments(array(DataTypes.DoubleType), List.of(1.0, 0.0, 1.0), three, shape));
    values.add(arguments(array(DataTypes.BooleanType), List.of(true, false, true), three, shape));
    values.add(
        arguments(
            array(DataTypes.createDecimalType(8, 2)),
            List.of(
                new java.math.BigDecimal("1.00"),
                new java.math.BigDecimal("0.00"),
                new java.math.BigDecimal("1.00")),
            three,
            shape));
    values.add(arguments(DataTypes.BinaryType, new byte[] {1, 0, 1}, three, shape));
    values.add(arguments(SQLDataTypes.VectorType(), Vectors.dense(1, 0, 1), three, shape));
    values.add(
        arguments(
            SQLDataTypes.VectorType(),
            Vectors.sparse(3, new int[] {0, 2}, new double[] {1, 1}),
            three,
            shape));
    values.add(
        arguments(
            array(array(DataTypes.FloatType)),
            List.of(List.of(1f, 0f), List.of(0f, 1f), List.of(1f, 1f)),
            new double[] {1, 0, 0, 1, 1, 1},
            new int[] {3, 2}));
    values.add(
        arguments(
            array(array(DataTypes.IntegerType)),
            List.of(List.of(1, 0), List.of(0, 1)),
            new double[] {1, 0, 0, 1},
            new int[] {2, 2, 1}));
    return values.stream();
  }

  @ParameterizedTest
  @MethodSource("values")
  void copiesEveryTypeIntoEveryTensor(
      DataType type, Object value, double[] expected, int[] dimensions) {
    for (ElementType element : ElementType.values()) {
      TensorSpec tensor = new TensorSpec("x", element, Shape.of(dimensions));
      for (InternalRow row : List.of(unsafe(type, value), generic(type, value))) {
        assertThat(read(type, tensor, row, false)).as(tensor.toString()).containsExactly(expected);
        assertThat(read(type, tensor, row, true)).as(tensor.toString()).containsExactly(expected);
      }
    }
  }

  @Test
  void takesBytesAsUnsignedAndTinyintsAsSigned() {
    TensorSpec tensor = new TensorSpec("x", ElementType.UINT8, Shape.of(1));
    InternalRow binary = unsafe(DataTypes.BinaryType, new byte[] {-1});
    assertThat(read(DataTypes.BinaryType, tensor, binary, false)).containsExactly(255);
    InternalRow tiny = unsafe(array(DataTypes.ByteType), List.of((byte) -1));
    assertThatThrownBy(() -> read(array(DataTypes.ByteType), tensor, tiny, false))
        .hasMessageContaining("Column 'c' is -1 in row 0 of partition 0.");
  }

  static Stream<Arguments> badRows() {
    TensorSpec three = new TensorSpec("x", ElementType.FLOAT32, Shape.of(3));
    TensorSpec whole = new TensorSpec("x", ElementType.INT32, Shape.scalar());
    TensorSpec square = new TensorSpec("x", ElementType.FLOAT32, Shape.of(2, 2));
    return Stream.of(
        arguments(
            array(DataTypes.FloatType),
            null,
            three,
            "Column 'c' is null in row 0 of partition 0. NeuralClassifier needs a value in every"
                + " row. Drop such rows first, for example with na().drop(), or fill them, for"
                + " example with Imputer, or setNullPolicy."),
        arguments(
            array(DataTypes.FloatType),
            java.util.Arrays.asList(1f, null, 3f),
            three,
            "Column 'c' has null at element 1 in row 0 of partition 0. NeuralClassifier needs a"
                + " number in every element. Filter such rows out, or replace the null with"
                + " transform(column, x -> coalesce(x, 0)), or setNullPolicy."),
        arguments(
            array(DataTypes.FloatType),
            List.of(1f, 2f),
            three,
            "Column 'c' has 2 elements in row 0 of partition 0. NeuralClassifier needs 3 for tensor"
                + " 'x'. Filter out or pad such rows, or give the network's input their length, or, for arrays, setLengthPolicy."),
        arguments(
            SQLDataTypes.VectorType(),
            Vectors.dense(1, 2),
            three,
            "Column 'c' has 2 elements in row 0"),
        arguments(
            SQLDataTypes.VectorType(),
            Vectors.sparse(4, new int[0], new double[0]),
            three,
            "Column 'c' has 4 elements in row 0"),
        arguments(
            DataTypes.BinaryType, new byte[] {1}, three, "Column 'c' has 1 elements in row 0"),
        arguments(
            array(array(DataTypes.FloatType)),
            List.of(List.of(1f, 2f), List.of(3f)),
            square,
            "Column 'c' is an array of 1 elements at depth 2 in row 0 of partition 0."
                + " NeuralClassifier needs 2 elements there."),
        arguments(
            DataTypes.DoubleType,
            1.5,
            whole,
            "Column 'c' is 1.5 in row 0 of partition 0. NeuralClassifier needs whole numbers from"
                + " -2147483648 to 2147483647 for 'x' int32[?]. Filter such rows out, or correct"
                + " the column."),
        arguments(DataTypes.DoubleType, Double.NaN, whole, "Column 'c' is NaN in row 0"),
        arguments(DataTypes.LongType, 1L << 40, whole, "Column 'c' is 1099511627776 in row 0"));
  }

  @ParameterizedTest
  @MethodSource("badRows")
  void saysWhichRowCannotBeCopied(DataType type, Object value, TensorSpec tensor, String message) {
    for (InternalRow row : List.of(unsafe(type, value), generic(type, value))) {
      assertThatThrownBy(() -> read(type, tensor, row, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(message);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "INT32"})
  void refusesLabelsThatAreNoClasses(ElementType element) {
    TensorSpec tensor = new TensorSpec("label", element, Shape.scalar());
    ColumnBinding binding =
        ColumnBinding.of(
            "NeuralClassifier",
            schema(DataTypes.DoubleType),
            List.of(ColumnInput.label("c", tensor, 3)));
    RowBlockBuilder builder = new RowBlockBuilder(binding);
    builder.append(unsafe(DataTypes.DoubleType, 2.0));
    for (double label : new double[] {3, -1, 0.5, Double.NaN}) {
      assertThatThrownBy(() -> builder.append(unsafe(DataTypes.DoubleType, label)))
          .hasMessage(
              "Column 'c' is "
                  + label
                  + " in row 1 of partition 0. NeuralClassifier needs labels that are whole numbers"
                  + " from 0 to 2. Filter such rows out, or correct the column.");
    }
  }

  @Test
  void refusesTargetsThatAreNotFinite() {
    TensorSpec tensor = new TensorSpec("y", ElementType.FLOAT32, Shape.of(2));
    DataType type = array(DataTypes.FloatType);
    RowBlockBuilder builder =
        new RowBlockBuilder(
            ColumnBinding.of("Regressor", schema(type), List.of(ColumnInput.target("c", tensor))));
    assertThatThrownBy(() -> builder.append(unsafe(type, List.of(1f, Float.NaN))))
        .hasMessageStartingWith(
            "Column 'c' is NaN in row 0 of partition 0. Regressor needs finite");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.5, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWeightsThatAreNone(double weight) {
    TensorSpec tensor = new TensorSpec("w", ElementType.FLOAT32, Shape.scalar());
    List<ColumnInput> wish = List.of(ColumnInput.weight("c", tensor));
    RowBlockBuilder builder =
        new RowBlockBuilder(ColumnBinding.of("Classifier", schema(DataTypes.DoubleType), wish));
    builder.append(unsafe(DataTypes.DoubleType, 0.0));
    assertThatThrownBy(() -> builder.append(unsafe(DataTypes.DoubleType, weight)))
        .hasMessageStartingWith(
            "Column 'c' is " + weight + " in row 1 of partition 0. Classifier needs numbers of 0");
    RowBlockBuilder whole =
        new RowBlockBuilder(ColumnBinding.of("Classifier", schema(DataTypes.IntegerType), wish));
    assertThatThrownBy(() -> whole.append(unsafe(DataTypes.IntegerType, -1)))
        .hasMessageStartingWith(
            "Column 'c' is -1 in row 0 of partition 0. Classifier needs numbers of 0 or more.");
  }

  @Test
  void cutsRowsIntoBlocksAndBack() throws Exception {
    TensorSpec tensor = new TensorSpec("x", ElementType.FLOAT32, Shape.of(5));
    TensorSpec label = new TensorSpec("y", ElementType.INT32, Shape.scalar());
    DataType type = array(DataTypes.FloatType);
    ColumnBinding binding =
        ColumnBinding.of(
            "NeuralClassifier",
            schema(type),
            List.of(ColumnInput.of("c", tensor), ColumnInput.of("id", label)));
    RowBlockBuilder builder = new RowBlockBuilder(binding, 20 * 40_000);
    List<RowBlock> blocks = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      float x = i;
      builder.append(unsafeRow(type, x));
      if (builder.isFull()) {
        blocks.add(builder.take());
      }
    }
    blocks.add(builder.take());
    assertThat(blocks).extracting(RowBlock::rows).containsExactly(40_000, 40_000, 20_000);
    assertThat(blocks.get(2).bytes()).isEqualTo(20_000 * 24L);

    PlainBatch batch = new PlainBatch(List.of(tensor, label), 4);
    RowBlock block = sent(blocks.get(1));
    block.copyRows(39_998, 2, batch, 1);
    assertThat(batch.column(0).getFloat(4 * 5)).isEqualTo(79_998);
    assertThat(batch.column(0).getFloat(4 * 14)).isEqualTo(79_999 + 4);
    assertThat(batch.column(1).getInt(8)).isEqualTo(7);
    assertThat(block.floatAt(0, 39_999, 4)).isEqualTo(79_999 + 4);
    assertThat(block.intAt(1, 0, 0)).isEqualTo(7);
  }

  private final UnsafeProjection projection =
      UnsafeProjection.create(schema(array(DataTypes.FloatType)));

  private InternalRow unsafeRow(DataType type, float x) {
    return projection.apply(generic(type, List.of(x, x + 1, x + 2, x + 3, x + 4)));
  }

  /** As Spark's two serializers would bring it elsewhere. */
  private static RowBlock sent(RowBlock block) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(block);
    }
    RowBlock java;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      java = (RowBlock) in.readObject();
    }
    SerializerInstance kryo =
        new KryoSerializer(new org.apache.spark.SparkConf(false)).newInstance();
    scala.reflect.ClassTag<RowBlock> tag = scala.reflect.ClassTag$.MODULE$.apply(RowBlock.class);
    return kryo.deserialize(kryo.serialize(java, tag), tag);
  }

  @Test
  void readsBlocksLazily() {
    TensorSpec label = new TensorSpec("y", ElementType.INT32, Shape.scalar());
    ColumnBinding binding =
        ColumnBinding.of(
            "NeuralClassifier", schema(DataTypes.LongType), List.of(ColumnInput.of("c", label)));
    Iterator<InternalRow> rows =
        IntStream.range(0, 10).mapToObj(i -> unsafe(DataTypes.LongType, (long) i)).iterator();
    Iterator<RowBlock> blocks = binding.blocks(rows);
    assertThat(rows.hasNext()).isTrue();
    assertThat(blocks.next().rows()).isEqualTo(10);
    assertThat(blocks.hasNext()).isFalse();
  }

  @Test
  void refusesABatchOfOtherColumns() {
    TensorSpec tensor = new TensorSpec("x", ElementType.FLOAT32, Shape.scalar());
    ColumnBinding binding =
        ColumnBinding.of(
            "NeuralClassifier", schema(DataTypes.LongType), List.of(ColumnInput.of("c", tensor)));
    PlainBatch batch =
        new PlainBatch(List.of(new TensorSpec("z", ElementType.FLOAT32, Shape.scalar())), 1);
    assertThatThrownBy(() -> new BatchWriter(binding, batch))
        .hasMessage(
            "Batch does not match the binding: it has ['z' float32[?]] but NeuralClassifier binds"
                + " ['x' float32[?]]. Bind the batch's columns in their order.");
  }
}
