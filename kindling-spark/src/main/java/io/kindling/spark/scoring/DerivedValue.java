package io.kindling.spark.scoring;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

record DerivedValue() implements Derived {

  @Override
  public DataType type(int size) {
    ClassScores.check(DataTypes.DoubleType, size);
    return DataTypes.DoubleType;
  }

  @Override
  public Derivation newDerivation(int size) {
    return (output, from, target, ordinal) -> target.setDouble(ordinal, output[from]);
  }
}
