package io.kindling.spark.storage;

import io.kindling.spark.local.LocalSession;
import io.kindling.spark.stage.NeuralClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Loads the model in the first argument, scores the Parquet files in the second, prints bits. */
final class ScoreInFreshJvm {

  private ScoreInFreshJvm() {}

  public static void main(String[] arguments) {
    SparkSession spark = LocalSession.get();
    NeuralClassificationModel model = NeuralClassificationModel.load(arguments[0]);
    for (Row row : collect(model, spark.read().parquet(arguments[1]))) {
      System.out.println(bits(row));
    }
    spark.stop();
  }

  static Row[] collect(NeuralClassificationModel model, Dataset<Row> table) {
    return (Row[])
        model
            .transform(table)
            .select("id", "rawPrediction", "probability", "prediction")
            .orderBy("id")
            .collect();
  }

  static String bits(Row row) {
    StringBuilder text = new StringBuilder().append(row.getLong(0));
    for (int column = 1; column <= 2; column++) {
      for (double value : ((Vector) row.get(column)).toArray()) {
        text.append(' ').append(Long.toHexString(Double.doubleToRawLongBits(value)));
      }
    }
    return text.append(' ').append(row.getDouble(3)).toString();
  }
}
