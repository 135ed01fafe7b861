package io.kindling.spark.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import io.kindling.network.Lookup;
import io.kindling.network.Normalization;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;

/**
 * Parts of a network that are fitted to data before it is trained: give them the training rows
 * alone. Each runs a Spark job.
 */
public final class Adapt {

  private Adapt() {}

  /**
   * Normalization of a column by its own mean and deviation (biased), per element of a vector or an
   * array. Elements that never change are only centred.
   *
   * @param column of numbers, numeric arrays of one length or vectors, without nulls
   */
  public static Normalization normalization(Dataset<?> dataset, String column) {
    if (dataset.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot adapt to column '" + column + "': the data has no rows.");
    }
    DataType type = dataset.schema().apply(column).dataType();
    Column vectors =
        SQLDataTypes.VectorType().equals(type)
            ? col(column)
            : functions.array_to_vector(
                (type instanceof ArrayType
                        ? col(column)
                        : org.apache.spark.sql.functions.array(col(column)))
                    .cast("array<double>"));
    Row found =
        dataset
            .select(
                Summarizer.metrics("mean", "variance", "count").summary(vectors).alias("summary"))
            .select("summary.*")
            .first();
    double rows = found.getLong(2);
    double[] means = found.<Vector>getAs(0).toArray();
    double[] variances = found.<Vector>getAs(1).toArray();
    double biased = Math.max(rows - 1, 1) / rows;
    return Normalization.of(
        means,
        Arrays.stream(variances)
            .map(variance -> variance > 0 ? Math.sqrt(variance * biased) : 1)
            .toArray());
  }

  /** A lookup of the texts that a column holds most often, even once. */
  public static Lookup lookup(Dataset<?> dataset, String column, int most) {
    return lookup(dataset, column, most, 1);
  }

  /**
   * A lookup of the texts that a column holds most often; of equally frequent ones, those first in
   * order.
   *
   * @param column of strings or arrays of them, or of whole numbers; nulls do not count
   * @param most how many texts at most
   * @param least how often a text has to be there
   */
  public static Lookup lookup(Dataset<?> dataset, String column, int most, int least) {
    boolean isArray = dataset.schema().apply(column).dataType() instanceof ArrayType;
    List<String> words =
        dataset
            .select((isArray ? explode(col(column)) : col(column)).alias("word"))
            .select(col("word").cast("string"))
            .where("word IS NOT NULL")
            .groupBy("word")
            .agg(count(lit(1)).alias("times"))
            .where(col("times").geq(least))
            .orderBy(col("times").desc(), col("word"))
            .limit(most)
            .select("word")
            .as(Encoders.STRING())
            .collectAsList();
    if (words.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot adapt to column '"
              + column
              + "': it holds no text"
              + (least > 1 ? " " + least + " times." : "."));
    }
    return new Lookup(words);
  }
}
