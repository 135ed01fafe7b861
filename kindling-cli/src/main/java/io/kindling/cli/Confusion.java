package io.kindling.cli;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/**
 * How often which class was taken for which.
 *
 * @param counts {@code [label, prediction]}
 */
record Confusion(long[][] counts) {

  /** A wrong column can have as many labels as rows; more of them would tell no more. */
  private static final int MOST_NAMED = 10;

  /**
   * Fills the table from rows of what the label column holds, as text, the number of its class, a
   * prediction and how often they met.
   *
   * @param names of the classes; empty for their numbers
   * @throws IllegalArgumentException if a label is missing or none of the classes
   */
  static Confusion of(List<Row> rows, String label, int classes, List<String> names) {
    long[][] counts = new long[classes][classes];
    Set<String> unknown = new TreeSet<>();
    long without = 0;
    for (Row row : rows) {
      if (row.isNullAt(0)) {
        without += row.getLong(3);
      } else if (!row.isNullAt(1) && isClass(row.getDouble(1), classes)) {
        counts[(int) row.getDouble(1)][row.getInt(2)] += row.getLong(3);
      } else {
        unknown.add(row.getString(0));
      }
    }
    if (without > 0 || !unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid labels in column '"
              + label
              + "': "
              + (without > 0 ? without + " are null" : "")
              + (without > 0 && !unknown.isEmpty() ? ", and " : "")
              + (unknown.isEmpty()
                  ? ""
                  : unknown.stream().limit(MOST_NAMED).toList() + " are no classes")
              + ". The model knows the classes "
              + (names.isEmpty() ? "0 to " + (classes - 1) : names)
              + ".");
    }
    return new Confusion(counts);
  }

  private static boolean isClass(double label, int classes) {
    return label >= 0 && label < classes && label == Math.rint(label);
  }

  long rows() {
    long rows = 0;
    for (int i = 0; i < counts.length; i++) {
      rows += labelled(i);
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

  /**
   * Σ n_i F_i / Σ n_i with F_i = 2 c_ii / (n_i + p_i), labels n_i and predictions p_i of class i.
   */
  double weightedF1() {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      long either = labelled(i) + predicted(i);
      sum += either == 0 ? 0 : labelled(i) * 2.0 * counts[i][i] / either;
    }
    return sum / rows();
  }

  private long labelled(int of) {
    long rows = 0;
    for (long each : counts[of]) {
      rows += each;
    }
    return rows;
  }

  private long predicted(int of) {
    long rows = 0;
    for (long[] line : counts) {
      rows += line[of];
    }
    return rows;
  }
}
