package io.kindling.examples.learning;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Handwritten digits of 43 people, 30 of them in the training rows, the others in the test rows:
 * files of the UCI's <i>Optical Recognition of Handwritten Digits</i>, 64 counts of ink from 0 to
 * 16 and the digit.
 */
final class Optdigits {

  static final int SIZE = 64;
  static final double MOST_INK = 16;

  private Optdigits() {}

  /** Columns {@code pixels}, a vector, and {@code label}. */
  static Dataset<Row> read(SparkSession spark, Path data, String part) {
    Dataset<Row> table =
        spark
            .read()
            .option("inferSchema", "true")
            .csv(data.resolve("optdigits/optdigits-" + part + ".csv").toString());
    String[] names = table.columns();
    return new VectorAssembler()
        .setInputCols(IntStream.range(0, SIZE).mapToObj(i -> names[i]).toArray(String[]::new))
        .setOutputCol("pixels")
        .transform(table.withColumnRenamed(names[SIZE], "label"))
        .select("pixels", "label");
  }
}
