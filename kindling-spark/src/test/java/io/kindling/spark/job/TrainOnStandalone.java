package io.kindling.spark.job;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.input.Device;
import io.kindling.spark.local.LocalSparkHome;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.Points;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.LocalSparkCluster;
import org.apache.spark.sql.SparkSession;

/**
 * Trains on a standalone cluster of one worker with one core, and prints how that ends. Arguments:
 * workers, device, settings {@code key=value}.
 */
final class TrainOnStandalone {

  private TrainOnStandalone() {}

  public static void main(String[] arguments) {
    SparkConf conf =
        new SparkConf()
            .setAppName("standalone")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1");
    LocalSparkHome.ofEnvironment().settings().forEach(conf::set);
    for (int i = 2; i < arguments.length; i++) {
      conf.set(arguments[i].split("=", 2)[0], arguments[i].split("=", 2)[1]);
    }
    LocalSparkCluster cluster = LocalSparkCluster.apply(1, 1, 1024, conf);
    String master = cluster.start()[0];
    SparkSession spark = SparkSession.builder().config(conf).master(master).getOrCreate();
    try {
      new NeuralClassifier()
          .setNetwork(
              Network.sequential(Input.of("features", Points.SIZE), Dense.of(Points.CLASSES)))
          .setEpochs(1)
          .setNumWorkers(Integer.parseInt(arguments[0]))
          .setDevice(Device.named(arguments[1]))
          .setWorkerStartTimeout(15)
          .fit(new Points(2).table(spark, 20));
      System.out.println("trained");
    } catch (RuntimeException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    spark.stop();
    cluster.stop();
  }
}
