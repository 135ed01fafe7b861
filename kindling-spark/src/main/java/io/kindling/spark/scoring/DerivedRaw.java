package io.kindling.spark.scoring;

import io.kindling.spark.column.CatalystVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;

record DerivedRaw(Link link) implements Derived {

  @Override
  public DataType type(int size) {
    return SQLDataTypes.VectorType();
  }

  @Override
  public Derivation newDerivation(int size) {
    ClassScores scores = new ClassScores(link, size);
    CatalystVector vector = new CatalystVector(ClassScores.classes(link, size));
    return (output, from, target, ordinal) ->
        target.update(ordinal, vector.of(scores.raw(output, from)));
  }
}
