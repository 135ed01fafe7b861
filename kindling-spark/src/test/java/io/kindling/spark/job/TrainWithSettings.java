package io.kindling.spark.job;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.local.LocalSparkHome;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.Points;
import org.apache.spark.sql.SparkSession;

/** Trains in an application whose settings, {@code key=value}, are its arguments. */
final class TrainWithSettings {

  private TrainWithSettings() {}

  public static void main(String[] arguments) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local-cluster[2,1,1024]")
            .config("spark.ui.enabled", "false");
    LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    for (String setting : arguments) {
      builder.config(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    SparkSession spark = builder.getOrCreate();
    NeuralClassificationModel model =
        new NeuralClassifier()
            .setNetwork(
                Network.sequential(
                    Input.of("features", Points.SIZE),
                    Dense.of(200).relu(),
                    Dense.of(Points.CLASSES)))
            .setEpochs(2)
            .setBatchSize(50)
            .setNumWorkers(2)
            .fit(new Points(2).table(spark, 200, 100));
    System.out.println(LinkSettings.of(spark.sparkContext().conf()).security());
    System.out.println(java.util.Arrays.hashCode(model.model().parameters()));
    spark.stop();
  }
}
