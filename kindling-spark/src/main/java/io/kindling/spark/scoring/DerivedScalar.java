package io.kindling.spark.scoring;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

record DerivedScalar() implements Derived {

  @Override
  public DataType type(int size) {
    ClassScores.check(DataTypes.FloatType, size);
    return DataTypes.FloatType;
  }

  @Override
  public Derivation newDerivation(int size) {
    return (output, from, target, ordinal) -> target.setFloat(ordinal, output[from]);
  }
}
