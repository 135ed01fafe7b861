package io.kindling.cli;

import io.kindling.cli.job.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/**
 * How good predictions are beside what rows hold; taken in one pass.
 *
 * @param rows how many were scored
 * @param figures by name, the most telling first
 * @param confusion of classes; empty of numbers
 */
record Quality(long rows, Map<String, Double> figures, Optional<Confusion> confusion) {

  /** Spark's own bound of probabilities, where a logarithm is taken. */
  private static final double LEAST_PROBABILITY = 1e-15;

  /**
   * Of classes: accuracy, the weighted mean of F1, and log loss where there are probabilities.
   *
   * @param scored rows with labels, predictions and perhaps probabilities
   * @param probability a column of vectors; empty where there is none
   */
  static Quality ofClasses(
      Dataset<Row> scored, Labels labels, String prediction, String probability, int classes) {
    Column text = column(labels.column()).cast(DataTypes.StringType).alias("text");
    Column number = labels.number().alias("number");
    Column taken = column(prediction).cast(DataTypes.IntegerType).alias("taken");
    List<Row> rows =
        scored
            .select(text, number, taken, logLoss(scored, labels, probability).alias("loss"))
            .groupBy("text", "number", "taken")
            .agg(functions.count("*"), functions.sum("loss"))
            .collectAsList();
    Confusion confusion = Confusion.of(rows, labels.column(), classes, labels.names());
    requireRows(confusion.rows());
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("accuracy", confusion.accuracy());
    figures.put("weightedF1", confusion.weightedF1());
    if (rows.stream().noneMatch(row -> row.isNullAt(4))) {
      double loss = rows.stream().mapToDouble(row -> row.getDouble(4)).sum();
      figures.put("logLoss", loss / confusion.rows());
    }
    return new Quality(confusion.rows(), figures, Optional.of(confusion));
  }

  /** -log p of the row's own class; null where there are no probabilities. */
  private static Column logLoss(Dataset<Row> scored, Labels labels, String probability) {
    List<String> columns = List.of(scored.columns());
    if (!columns.contains(probability)
        || !scored.schema().apply(probability).dataType().equals(SQLDataTypes.VectorType())) {
      return functions.lit(null).cast(DataTypes.DoubleType);
    }
    Column number = labels.number().cast(DataTypes.IntegerType);
    Column own =
        functions.get(
            org.apache.spark.ml.functions.vector_to_array(column(probability), "float64"), number);
    return functions.negate(
        functions.log(functions.greatest(own, functions.lit(LEAST_PROBABILITY))));
  }

  /** Of numbers: root mean squared error, mean absolute error, R². */
  static Quality ofNumbers(Dataset<Row> scored, String label, String prediction) {
    if (!(scored.schema().apply(label).dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          "Column '%s' has type %s. A regressor's predictions are compared with numbers; name another label, or cast it."
              .formatted(label, scored.schema().apply(label).dataType().catalogString()));
    }
    Column truth = column(label).cast(DataTypes.DoubleType);
    Column error = column(prediction).cast(DataTypes.DoubleType).minus(truth);
    Row sums =
        scored
            .select(truth.alias("truth"), error.alias("error"))
            .agg(
                functions.count("error"),
                functions.expr("avg(error * error)"),
                functions.expr("avg(abs(error))"),
                functions.var_pop("truth"))
            .head();
    requireRows(sums.getLong(0));
    double squared = sums.getDouble(1);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("rmse", Math.sqrt(squared));
    figures.put("mae", sums.getDouble(2));
    figures.put("r2", 1 - squared / sums.getDouble(3));
    return new Quality(sums.getLong(0), figures, Optional.empty());
  }

  private static void requireRows(long rows) {
    if (rows == 0) {
      throw new IllegalArgumentException(
          "There are no rows with a label to compare predictions with. Give some.");
    }
  }

  private static Column column(String name) {
    return functions.col("`" + name + "`");
  }
}
