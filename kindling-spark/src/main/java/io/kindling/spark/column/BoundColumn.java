package io.kindling.spark.column;

import io.kindling.network.Encoding;
import io.kindling.spark.input.LengthPolicy;
import io.kindling.spark.input.NullPolicy;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;

/**
 * A column's place and type and the tensor it feeds, as plain values that travel with a task.
 *
 * @param ordinal the column's place in the schema
 */
record BoundColumn(
    String column,
    int ordinal,
    DataType dataType,
    String tensor,
    ElementType type,
    List<Integer> dimensions,
    int classes,
    Accepted accepted,
    Encoding encoding, // null where the column holds numbers
    NullPolicy nulls,
    LengthPolicy lengths)
    implements Serializable {

  TensorSpec spec() {
    return new TensorSpec(tensor, type, new Shape(dimensions));
  }

  int size() {
    return new Shape(dimensions).size();
  }
}
