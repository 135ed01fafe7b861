package io.kindling.spark.stage;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import io.kindling.network.Lookup;
import io.kindling.network.Normalization;
import io.kindling.spark.column.ColumnBinding;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;

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
    DataType type = type(dataset, column, "numbers", Adapt::isNumbers);
    Column values = ColumnBinding.column(column);
    Column vectors =
        SQLDataTypes.VectorType().equals(type)
            ? values
            : functions.array_to_vector(
                (type instanceof ArrayType ? values : array(values)).cast("array<double>"));
    if (dataset.where(values.isNotNull()).isEmpty()) {
      throw cannot(column, "the data has no rows.");
    }
    if (!dataset.where(values.isNull()).isEmpty()) {
      throw cannot(column, "it holds nulls. Filter them out, or replace them.");
    }
    Row found =
        dataset
            .select(
                Summarizer.metrics("mean", "variance", "count").summary(vectors).alias("summary"))
            .select("summary.*")
            .first();
    double rows = found.getLong(2);
    double[] means = found.<Vector>getAs(0).toArray();
    double[] variances = found.<Vector>getAs(1).toArray();
    if (!Arrays.stream(means).allMatch(Double::isFinite)) {
      throw cannot(column, "it holds NaN or infinite numbers. Filter them out, or replace them.");
    }
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
    if (most < 1) {
      throw new IllegalArgumentException(
          "Invalid number of texts " + most + " to look up. Use at least 1.");
    }
    DataType type = type(dataset, column, "strings or whole numbers", Adapt::isTexts);
    List<String> words =
        dataset
            .select(
                (type instanceof ArrayType
                        ? explode(ColumnBinding.column(column))
                        : ColumnBinding.column(column))
                    .as("word"))
            .select(col("word").cast("string"))
            .where("word IS NOT NULL")
            .groupBy("word")
            .agg(count(lit(1)).as("times"))
            .where(col("times").geq(least))
            .orderBy(col("times").desc(), col("word"))
            .limit(most)
            .select("word")
            .as(Encoders.STRING())
            .collectAsList();
    if (words.isEmpty()) {
      throw cannot(column, "it holds no text" + (least > 1 ? " " + least + " times." : "."));
    }
    return new Lookup(words);
  }

  private static boolean isNumbers(DataType type) {
    DataType each = type instanceof ArrayType array ? array.elementType() : type;
    return SQLDataTypes.VectorType().equals(type)
        || each instanceof NumericType
        || each instanceof BooleanType;
  }

  private static boolean isTexts(DataType type) {
    DataType each = type instanceof ArrayType array ? array.elementType() : type;
    return each instanceof StringType
        || each instanceof IntegralType
        || each instanceof BooleanType;
  }

  /** The type of a column, one that suits. */
  private static DataType type(
      Dataset<?> dataset, String column, String wanted, Predicate<DataType> suits) {
    int place = Arrays.asList(dataset.columns()).indexOf(column);
    if (place < 0) {
      throw cannot(
          column, "it is missing. The columns are " + Arrays.toString(dataset.columns()) + ".");
    }
    DataType type = dataset.schema().apply(place).dataType();
    if (!suits.test(type)) {
      throw cannot(
          column, "it has type " + type.catalogString() + ", where " + wanted + " are needed.");
    }
    return type;
  }

  private static IllegalArgumentException cannot(String column, String why) {
    return new IllegalArgumentException("Cannot adapt to column '" + column + "': " + why);
  }
}
