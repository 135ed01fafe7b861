package io.kindling.spark.scoring;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * What becomes of an output, row by row, as the value of a new column. Implementations are values;
 * they travel with the tasks.
 */
public interface Derived extends Serializable {

  /** The column's type, for an output of {@code size} numbers per row. */
  DataType type(int size);

  /** Whatever is needed to derive, for one thread. */
  Derivation newDerivation(int size);

  /** Writes one row's value. */
  @FunctionalInterface
  interface Derivation {
    /** Sets {@code target} at {@code ordinal}, from the row's numbers at {@code from} on. */
    void derive(float[] output, int from, InternalRow target, int ordinal);
  }

  /** The numbers as they are: {@code array<float>}. */
  static Derived array() {
    return new DerivedArray();
  }

  /** The only number as it is: {@code float}. */
  static Derived scalar() {
    return new DerivedScalar();
  }

  /** The only number as Spark ML's regressors predict: {@code double}. */
  static Derived value() {
    return new DerivedValue();
  }

  /**
   * {@code rawPrediction}: the numbers as an ML vector. A single one stands for two classes and
   * becomes {@code [-x, x]}, or {@code [1 - x, x]} where it is a probability.
   */
  static Derived raw(Link link) {
    return new DerivedRaw(link);
  }

  /** {@code probability}: an ML vector with a probability per class. */
  static Derived probability(Link link) {
    return new DerivedProbability(link);
  }

  /** {@code prediction}: the most probable class, as a double; the first of equals. */
  static Derived prediction(Link link) {
    return new DerivedClass(link, new double[0]);
  }

  /**
   * {@code prediction} as Spark ML's thresholds have it: the class with the largest ratio of
   * probability to threshold.
   *
   * @param thresholds one per class
   */
  static Derived prediction(Link link, double... thresholds) {
    return new DerivedClass(link, thresholds.clone());
  }
}
