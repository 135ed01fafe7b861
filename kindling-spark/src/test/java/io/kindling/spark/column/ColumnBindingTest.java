package io.kindling.spark.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnBindingTest {

  private static TensorSpec floats(String name, int... dimensions) {
    return new TensorSpec(name, ElementType.FLOAT32, Shape.of(dimensions));
  }

  private static ArrayType array(DataType element) {
    return DataTypes.createArrayType(element);
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        arguments(DataTypes.ByteType, floats("x")),
        arguments(DataTypes.ShortType, floats("x", 1)),
        arguments(DataTypes.IntegerType, floats("x", 1, 1)),
        arguments(DataTypes.LongType, floats("x")),
        arguments(DataTypes.FloatType, floats("x")),
        arguments(DataTypes.DoubleType, floats("x")),
        arguments(DataTypes.BooleanType, floats("x")),
        arguments(DataTypes.createDecimalType(20, 4), floats("x")),
        arguments(SQLDataTypes.VectorType(), floats("x", 28, 28, 1)),
        arguments(DataTypes.BinaryType, floats("x", 28, 28, 1)),
        arguments(array(DataTypes.FloatType), floats("x", 28, 28, 1)),
        arguments(array(DataTypes.FloatType), floats("x")),
        arguments(array(array(DataTypes.IntegerType)), floats("x", 28, 28, 1)),
        arguments(array(array(array(DataTypes.DoubleType))), floats("x", 28, 28, 1)));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void acceptsColumnsThatHoldNumbers(DataType type, TensorSpec tensor) {
    StructType schema = new StructType().add("id", "int").add("c", type);
    ColumnBinding binding =
        ColumnBinding.of("NeuralClassifier", schema, List.of(ColumnInput.of("c", tensor)));
    assertThat(binding.tensors()).containsExactly(tensor);
    assertThat(binding.columnNames()).containsExactly("c");
    assertThat(binding.rowBytes()).isEqualTo(tensor.rowBytes());
  }

  static Stream<Arguments> rejected() {
    return Stream.of(
        arguments(
            array(DataTypes.StringType),
            floats("x", 3),
            "Column 'c' has type array<string>. NeuralClassifier needs a numeric array or a vector."
                + " Index the strings first, for example with StringIndexer."),
        arguments(
            DataTypes.StringType,
            floats("x"),
            "Column 'c' has type string. NeuralClassifier needs a number. Index the strings first,"
                + " for example with StringIndexer."),
        arguments(
            DataTypes.DoubleType,
            floats("x", 3),
            "Column 'c' has type double. NeuralClassifier needs 3 numbers per row for 'x'"
                + " float32[?, 3]. Collect them in one column first, for example with"
                + " VectorAssembler."),
        arguments(
            array(array(DataTypes.DoubleType)),
            floats("x", 3),
            "Column 'c' has type array<array<double>>. NeuralClassifier needs arrays nested at most"
                + " 1 deep for 'x' float32[?, 3]. Flatten them first, with flatten."),
        arguments(
            DataTypes.DateType,
            floats("x"),
            "Column 'c' has type date. NeuralClassifier needs a number. Cast it to a number, or"
                + " leave it out."),
        arguments(
            new StructType().add("a", "int"),
            floats("x", 3),
            "Column 'c' has type struct<a:int>. NeuralClassifier needs a numeric array or a vector"
                + " of 3 numbers. Select its fields as columns, or collect them with"
                + " VectorAssembler."));
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void saysWhyAColumnDoesNotFit(DataType type, TensorSpec tensor, String message) {
    StructType schema = new StructType().add("c", type);
    assertThatThrownBy(
            () ->
                ColumnBinding.of("NeuralClassifier", schema, List.of(ColumnInput.of("c", tensor))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void refusesVectorsOfAnotherLengthBeforeARowIsRead() {
    StructField vectors = new AttributeGroup("c", 3).toStructField();
    StructType schema = new StructType().add(vectors);
    assertThatThrownBy(
            () ->
                ColumnBinding.of(
                    "NeuralClassifier", schema, List.of(ColumnInput.of("c", floats("x", 4)))))
        .hasMessage(
            "Column 'c' holds vectors of 3 elements. NeuralClassifier needs 4 for 'x' float32[?, 4]."
                + " Change the network's input, or the stages that assemble the column.");
    assertThat(
            ColumnBinding.of(
                "NeuralClassifier", schema, List.of(ColumnInput.of("c", floats("x", 3)))))
        .isNotNull();
  }

  @Test
  void refusesMoreClassesThanTheNetworkTellsApart() {
    StructField label =
        NominalAttribute.defaultAttr()
            .withName("c")
            .withValues(new String[] {"cat", "dog", "fox"})
            .toStructField();
    StructType schema = new StructType().add(label);
    assertThatThrownBy(
            () ->
                ColumnBinding.of(
                    "NeuralClassifier", schema, List.of(ColumnInput.label("c", floats("x"), 2))))
        .hasMessage(
            "Column 'c' has 3 classes. NeuralClassifier tells 2 apart. Give the network an output per"
                + " class.");
    assertThat(
            ColumnBinding.of(
                "NeuralClassifier", schema, List.of(ColumnInput.label("c", floats("x"), 3))))
        .isNotNull();
  }

  @Test
  void reportsAllMismatchesAtOnce() {
    StructType schema = new StructType().add("a", "string").add("b", "date");
    assertThatThrownBy(
            () ->
                ColumnBinding.of(
                    "NeuralClassifier",
                    schema,
                    List.of(
                        ColumnInput.of("a", floats("x")),
                        ColumnInput.of("b", floats("y")),
                        ColumnInput.of("z", floats("z")))))
        .hasMessageContaining("Column 'a' has type string.")
        .hasMessageContaining("\nColumn 'b' has type date.")
        .hasMessageContaining(
            "\nColumn 'z' is missing. NeuralClassifier reads it as 'z' float32[?]. The columns are"
                + " [a, b].");
  }
}
