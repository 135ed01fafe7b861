package io.kindling.cli;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * How often which class was taken for which.
 *
 * @param counts {@code [label, prediction]}
 */
record Confusion(long[][] counts) {

  /** A wrong column can have as many labels as rows; more of them would tell no more. */
  private static final int MOST_NAMED = 10;

  /**
   * Counts the rows of scored data.
   *
   * @throws IllegalArgumentException if a label is missing or none of the classes
   */
  static Confusion of(Dataset<Row> scored, String label, String prediction, int classes) {
    return of(
        scored
            .groupBy(
                functions.col(label).cast(DataTypes.DoubleType),
                functions.col(prediction).cast(DataTypes.IntegerType))
            .count()
            .collectAsList(),
        label,
        classes);
  }

  /** Fills the table from rows of a label, a prediction and how often they met. */
  static Confusion of(List<Row> rows, String label, int classes) {
    long[][] counts = new long[classes][classes];
    Set<Double> unknown = new TreeSet<>();
    long without = 0;
    for (Row row : rows) {
      if (row.isNullAt(0)) {
        without += row.getLong(2);
      } else if (isClass(row.getDouble(0), classes)) {
        counts[(int) row.getDouble(0)][row.getInt(1)] += row.getLong(2);
      } else {
        unknown.add(row.getDouble(0));
      }
    }
    if (without > 0 || !unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid labels in column '"
              + label
              + "' of the test rows: "
              + (without > 0 ? without + " are null" : "")
              + (without > 0 && !unknown.isEmpty() ? ", and " : "")
              + (unknown.isEmpty()
                  ? ""
                  : unknown.stream().limit(MOST_NAMED).toList() + " are no classes")
              + ". The model knows the classes 0 to "
              + (classes - 1)
              + ".");
    }
    return new Confusion(counts);
  }

  private static boolean isClass(double label, int classes) {
    return label >= 0 && label < classes && label == Math.rint(label);
  }

  long rows() {
    long rows = 0;
    for (long[] line : counts) {
      for (long each : line) {
        rows += each;
      }
    }
    return rows;
  }

  /** The share of rows on the diagonal. */
  double accuracy() {
    long right = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
    }
    return (double) right / rows();
  }
}
