package io.kindling.spark.tfrecord;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * What the values of one name have been, over all records looked at: grows until its type is asked
 * for.
 */
final class FeatureSummary implements Serializable {

  private static final long serialVersionUID = 1;

  private final EnumSet<FeatureKind> kinds = EnumSet.noneOf(FeatureKind.class);
  private boolean isSingle;
  private boolean isSeveral;
  private boolean isBinary;

  void add(FeatureValues values) {
    if (values.kind() == null) {
      return;
    }
    kinds.add(values.kind());
    isSingle |= values.count() == 1;
    isSeveral |= values.count() > 1;
    if (values.kind() == FeatureKind.BYTES) {
      for (int i = 0; i < values.count() && !isBinary; i++) {
        isBinary = !values.isText(i);
      }
    }
  }

  void add(FeatureSummary other) {
    kinds.addAll(other.kinds);
    isSingle |= other.isSingle;
    isSeveral |= other.isSeveral;
    isBinary |= other.isBinary;
  }

  Set<FeatureKind> kinds() {
    return kinds;
  }

  /** Whether one type holds all that was seen. */
  boolean hasType() {
    return !kinds.contains(FeatureKind.BYTES) || kinds.size() == 1;
  }

  /** An array where any record held several values, or all lists were empty. */
  DataType type() {
    boolean isArray = isSeveral || (!isSingle && !kinds.isEmpty());
    return isArray ? arrayType() : elementType();
  }

  /** Nulls are not among what lists hold. */
  ArrayType arrayType() {
    return DataTypes.createArrayType(elementType(), true);
  }

  private DataType elementType() {
    if (kinds.contains(FeatureKind.FLOAT)) {
      return kinds.contains(FeatureKind.INT64) ? DataTypes.DoubleType : DataTypes.FloatType;
    } else if (kinds.contains(FeatureKind.INT64)) {
      return DataTypes.LongType;
    }
    return isBinary ? DataTypes.BinaryType : DataTypes.StringType;
  }
}
