package io.kindling.spark.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.network.Dense;
import io.kindling.network.Embedding;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.Lookup;
import io.kindling.network.Network;
import io.kindling.network.TextEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class TextReaderTest {

  private static final TextEncoding WORDS = Lookup.of("a", "b", "7", "true");
  private static final DataType TEXTS = DataTypes.createArrayType(DataTypes.StringType);

  private static ColumnBinding binding(Input input, DataType type) {
    Network network =
        Network.sequential(input, Embedding.of(WORDS.size(), 2), Flatten.of(), Dense.of(1));
    StructType schema = new StructType().add("c", type);
    return ColumnBinding.of(
        "Classifier", schema, List.of(ColumnInput.of("c", input.spec(), network)));
  }

  private static int[] read(Input input, DataType type, Object... values) {
    RowBlockBuilder builder = new RowBlockBuilder(binding(input, type));
    for (Object value : values) {
      InternalRow row = new GenericInternalRow(new Object[] {value});
      builder.append(row);
    }
    int size = input.spec().shape().size();
    ByteBuffer target = ByteBuffer.allocateDirect(values.length * size * Integer.BYTES);
    target.order(ByteOrder.nativeOrder());
    RowBlock block = builder.take();
    for (int i = 0; i < values.length; i++) {
      block.copyRow(0, i, target, i);
    }
    int[] numbers = new int[values.length * size];
    target.asIntBuffer().get(numbers);
    return numbers;
  }

  private static UTF8String text(String text) {
    return text == null ? null : UTF8String.fromString(text);
  }

  private static GenericArrayData texts(String... texts) {
    return new GenericArrayData(Arrays.stream(texts).map(TextReaderTest::text).toArray());
  }

  @Test
  void readsATextPerRow() {
    Input input = Input.ofText("c", WORDS);
    assertThat(read(input, DataTypes.StringType, text("b"), text("z"), null, text("a")))
        .containsExactly(3, 1, 0, 2);
    assertThat(read(input, DataTypes.LongType, 7L, 8L)).containsExactly(4, 1);
    assertThat(read(input, DataTypes.BooleanType, true, false)).containsExactly(5, 1);
  }

  @Test
  void cutsAndFillsSequences() {
    Input input = Input.ofTexts("c", WORDS, 3);
    assertThat(
            read(
                input,
                TEXTS,
                texts("a", "b", "z", "a"),
                texts("b"),
                texts(),
                null,
                texts("a", null, "b")))
        .containsExactly(2, 3, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3);
  }

  @Test
  void refusesColumnsThatHoldNoTexts() {
    assertThatThrownBy(() -> binding(Input.ofText("c", WORDS), DataTypes.DoubleType))
        .hasMessage(
            "Column 'c' has type double. Classifier needs a string for 'c' int32[?], which Lookup[4"
                + " words] encodes. Cast it.");
    assertThatThrownBy(() -> binding(Input.ofTexts("c", WORDS, 2), DataTypes.StringType))
        .hasMessageEndingWith("Cut texts into words first, for example with Tokenizer.");
    assertThatThrownBy(() -> binding(Input.ofText("c", WORDS), TEXTS))
        .hasMessageContaining("needs a string for");
  }
}
