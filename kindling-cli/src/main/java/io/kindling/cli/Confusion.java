package io.kindling.cli;

import java.util.List;
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

  /** Counts the rows of scored data. */
  static Confusion of(Dataset<Row> scored, String label, String prediction, int classes) {
    List<Row> rows =
        scored
            .groupBy(
                functions.col(label).cast(DataTypes.IntegerType),
                functions.col(prediction).cast(DataTypes.IntegerType))
            .count()
            .collectAsList();
    long[][] counts = new long[classes][classes];
    for (Row row : rows) {
      counts[row.getInt(0)][row.getInt(1)] = row.getLong(2);
    }
    return new Confusion(counts);
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
