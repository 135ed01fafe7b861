package io.kindling.spark.scoring;

import io.kindling.spark.column.CatalystFloats;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

record DerivedArray() implements Derived {

  @Override
  public DataType type(int size) {
    return DataTypes.createArrayType(DataTypes.FloatType, false);
  }

  @Override
  public Derivation newDerivation(int size) {
    CatalystFloats array = new CatalystFloats(size);
    return (output, from, target, ordinal) -> target.update(ordinal, array.of(output, from));
  }
}
