package io.kindling.spark.tfrecord;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A column that is a feature, or a list of features.
 *
 * @param depth 0 of a value; 1 of an array; 2 of an array of arrays, which is a list of features
 */
record FeatureColumn(String name, DataType type, Element element, int depth) {

  /**
   * The columns of a schema; for records of bytes, none.
   *
   * @throws IllegalArgumentException if records of the type cannot hold it; names every column that
   *     does not fit
   */
  static List<FeatureColumn> of(StructType schema, RecordType recordType) {
    List<FeatureColumn> columns = new ArrayList<>();
    List<String> mismatches = new ArrayList<>();
    if (recordType == RecordType.BYTE_ARRAY) {
      checkBytes(schema, mismatches);
    } else {
      for (StructField field : schema.fields()) {
        FeatureColumn column = of(field);
        String mismatch = mismatch(field, column, recordType);
        if (mismatch != null) {
          mismatches.add(mismatch);
        }
        columns.add(column);
      }
    }
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(
          "Unsupported columns in TFRecord files of %s: %s."
              .formatted(recordType, String.join("; ", mismatches)));
    }
    return columns;
  }

  private static FeatureColumn of(StructField field) {
    DataType leaf = field.dataType();
    int depth = 0;
    while (leaf instanceof ArrayType array) {
      leaf = array.elementType();
      depth++;
    }
    return new FeatureColumn(field.name(), field.dataType(), Element.of(leaf), depth);
  }

  private static String mismatch(StructField field, FeatureColumn column, RecordType recordType) {
    String has = "column '%s' has type %s, ".formatted(field.name(), typeOf(field));
    if (field.dataType().equals(SQLDataTypes.VectorType())) {
      return has + "which vector_to_array turns into an array";
    } else if (column.element == null) {
      return has
          + "but features hold booleans, numbers, strings, binary, and arrays of them: cast it";
    } else if (column.depth == 2 && recordType == RecordType.EXAMPLE) {
      return has + "which takes the option recordType=SequenceExample";
    }
    return column.depth > 2 ? has + "but lists of features are two arrays deep" : null;
  }

  private static void checkBytes(StructType schema, List<String> mismatches) {
    if (schema.length() > 1) {
      mismatches.add("there are %d, but the record is one".formatted(schema.length()));
    }
    for (StructField field : schema.fields()) {
      if (!(field.dataType() instanceof BinaryType)) {
        mismatches.add(
            "column '%s' has type %s, but a record is binary"
                .formatted(field.name(), typeOf(field)));
      }
    }
  }

  private static String typeOf(StructField field) {
    return field.dataType().catalogString();
  }
}
