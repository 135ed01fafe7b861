package io.kindling.spark.column;

import io.kindling.network.TextEncoding;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;

/**
 * Reads a text per row, or an array of them, as the whole numbers of an encoding. Null counts as no
 * text. Of arrays longer than the tensor the end is left out, shorter ones are filled up.
 */
final class TextReader extends ColumnReader {

  /** What stands where there is no text. */
  private static final int FILLER = 0;

  private final TextEncoding.Encoder encoder;
  private final DataType type;
  private final int[] numbers;

  TextReader(String owner, BoundColumn column) {
    super(owner, column);
    this.encoder = ((TextEncoding) column.encoding()).newEncoder();
    this.type =
        column.dataType() instanceof ArrayType array ? array.elementType() : column.dataType();
    this.numbers = new int[size];
  }

  /** Whether values of a type are texts, or count as their decimal texts. */
  static boolean isText(DataType type) {
    return type instanceof StringType
        || type instanceof IntegralType
        || type instanceof BooleanType;
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    int ordinal = column.ordinal();
    if (!(column.dataType() instanceof ArrayType)) {
      numbers[0] = encoded(row, ordinal);
    } else {
      int count = 0;
      if (!row.isNullAt(ordinal)) {
        ArrayData array = row.getArray(ordinal);
        for (; count < Math.min(size, array.numElements()); count++) {
          numbers[count] = encoded(array, count);
        }
      }
      for (; count < size; count++) {
        numbers[count] = FILLER;
      }
    }
    memory.putInts(at * size, numbers, size);
  }

  private int encoded(SpecializedGetters values, int place) {
    return values.isNullAt(place) ? FILLER : encoder.encode(text(values, place));
  }

  private String text(SpecializedGetters values, int place) {
    if (type instanceof StringType) {
      return values.getUTF8String(place).toString();
    }
    return String.valueOf(values.get(place, type));
  }
}
