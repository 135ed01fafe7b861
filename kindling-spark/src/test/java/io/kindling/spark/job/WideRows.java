package io.kindling.spark.job;

import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.local.LocalSparkHome;
import io.kindling.spark.stage.NeuralClassifier;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/**
 * Trains on rows of {@link #SIZE} numbers, of which some thousands are more than a small memory.
 * Run as a main class: in an application whose settings, {@code key=value}, follow the number of
 * rows and the memory for rows.
 */
final class WideRows {

  static final int SIZE = 800;

  private WideRows() {}

  /** Trains two workers and returns what tells one model from another. */
  static String bits(SparkSession spark, int rows, String rowMemory, TrainingCallback callback) {
    return String.valueOf(
        Arrays.hashCode(
            new NeuralClassifier()
                .setNetwork(
                    Network.sequential(
                        Input.of("features", SIZE),
                        Dense.of(8).relu(),
                        BatchNorm.of(),
                        Dense.of(2)))
                .setEpochs(3)
                .setBatchSize(500)
                .setNumWorkers(2)
                .setSeed(5)
                .setValidationFraction(0.1)
                .setRowMemory(rowMemory)
                .setCallback(callback)
                .fit(
                    spark
                        .range(0, rows, 1, 3)
                        .selectExpr(
                            "cast(id % 2 as int) as label",
                            "transform(sequence(1, "
                                + SIZE
                                + "), x -> cast(pmod(xxhash64(id, x), 256) / 255 as float))"
                                + " as features"))
                .model()
                .parameters()));
  }

  public static void main(String[] arguments) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local-cluster[2,1,1024]")
            .config("spark.ui.enabled", "false");
    LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    for (int i = 2; i < arguments.length; i++) {
      builder.config(arguments[i].split("=", 2)[0], arguments[i].split("=", 2)[1]);
    }
    SparkSession spark = builder.getOrCreate();
    int rows = Integer.parseInt(arguments[0]);
    System.out.println(bits(spark, rows, arguments[1], TrainingCallback.none()));
    spark.stop();
  }
}
