package io.kindling.spark.job;

import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerStep;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.Points;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/**
 * Goes on training from the newest checkpoint in a folder and, where it is told to, dies in some
 * step with all that belongs to it. Prints the parameters' and the losses' bits. Arguments: folder,
 * step to die in (0 for never), workers.
 */
final class TrainUntilKilled {

  private TrainUntilKilled() {}

  /** Dies without a word. */
  record Halt(long step) implements TrainingCallback {
    private static final long serialVersionUID = 1;

    @Override
    public void stepEnded(WorkerStep ended) {
      if (ended.step() == step) {
        Runtime.getRuntime().halt(137);
      }
    }
  }

  public static void main(String[] arguments) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + arguments[2] + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    NeuralClassificationModel model =
        new NeuralClassifier()
            .setNetwork(
                Network.sequential(
                    Input.of("features", Points.SIZE),
                    Dense.of(32).relu(),
                    BatchNorm.of(),
                    Dropout.of(0.2),
                    Dense.of(Points.CLASSES)))
            .setBatchSize(30)
            .setEpochs(8)
            .setValidationFraction(0.1)
            .setPatience(6)
            .setNumWorkers(Integer.parseInt(arguments[2]))
            .setCheckpointDir(arguments[0])
            .setCheckpointInterval("3 steps")
            .setResumeFrom(arguments[0])
            .setCallback(new Halt(Long.parseLong(arguments[1])))
            .fit(new Points(2).table(spark, 300, 300));
    System.out.println(
        Arrays.hashCode(model.model().parameters())
            + " "
            + Arrays.hashCode(model.model().state())
            + " "
            + Arrays.hashCode(model.summary().history().stepLosses()));
    spark.stop();
  }
}
