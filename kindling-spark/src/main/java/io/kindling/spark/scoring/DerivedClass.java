package io.kindling.spark.scoring;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The most probable class.
 *
 * @param thresholds one per class, or none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DerivedClass(Link link, double[] thresholds) implements Derived {

  @Override
  public DataType type(int size) {
    int classes = ClassScores.classes(link, size);
    if (thresholds.length != 0 && thresholds.length != classes) {
      throw new IllegalArgumentException(
          "Invalid thresholds: there are %d, but the model tells %d classes apart. Give one threshold per class."
              .formatted(thresholds.length, classes));
    }
    return DataTypes.DoubleType;
  }

  @Override
  public Derivation newDerivation(int size) {
    ClassScores scores = new ClassScores(link, size);
    if (thresholds.length == 0) {
      // Softmax and sigmoid keep the order, so the raw scores decide without an exp.
      return (output, from, target, ordinal) ->
          target.setDouble(ordinal, ClassScores.argmax(scores.raw(output, from)));
    }
    return (output, from, target, ordinal) -> {
      double[] ratios = scores.probabilities(output, from);
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] = thresholds[i] == 0 ? Double.POSITIVE_INFINITY : ratios[i] / thresholds[i];
      }
      target.setDouble(ordinal, ClassScores.argmax(ratios));
    };
  }
}
