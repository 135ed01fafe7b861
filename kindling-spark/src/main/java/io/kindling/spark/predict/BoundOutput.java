package io.kindling.spark.predict;

import io.kindling.predict.ValueType;
import java.io.Serializable;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * An output of a model and the new column it becomes.
 *
 * @param rank dimensions of one row's value; -1 where it is not known, and the column holds the
 *     elements in one array
 * @param isBinary whether strings become binary values, and not texts
 */
public record BoundOutput(String output, String column, ValueType type, int rank, boolean isBinary)
    implements Serializable {

  public DataType dataType() {
    DataType each = isBinary ? DataTypes.BinaryType : Elements.typeOf(type);
    for (int i = 0; i < depth(); i++) {
      each = DataTypes.createArrayType(each, false);
    }
    return each;
  }

  /** How deep the column's arrays are nested. */
  public int depth() {
    return rank < 0 ? 1 : rank;
  }
}
