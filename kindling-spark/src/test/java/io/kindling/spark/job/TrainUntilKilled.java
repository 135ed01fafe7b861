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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.SparkSession;

/**
 * Goes on training from the newest checkpoint in a folder and, where it is told to, dies in some
 * step with all that belongs to it. Prints the parameters' and the losses' bits, and notes its
 * first step in a file beside the folder. Arguments: folder, step to die in (0 for never), workers.
 */
final class TrainUntilKilled {

  private TrainUntilKilled() {}

  /** Notes the first step, and dies without a word. */
  record Halt(String notes, long step) implements TrainingCallback {
    private static final long serialVersionUID = 1;

    private static final AtomicBoolean HAS_BEGUN = new AtomicBoolean();

    @Override
    public void stepEnded(WorkerStep ended) {
      if (HAS_BEGUN.compareAndSet(false, true)) {
        try {
          Files.writeString(
              Path.of(notes),
              ended.step() + "\n",
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      if (ended.step() == step) {
        Runtime.getRuntime().halt(137);
      }
    }
  }

  /** Where the first steps of a folder's trainings are noted. */
  static Path notes(String folder) {
    return Path.of(folder + "-first-steps");
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
            .setCallback(new Halt(notes(arguments[0]).toString(), Long.parseLong(arguments[1])))
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
