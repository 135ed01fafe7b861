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
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Goes on training from the newest checkpoint in a folder and, where it is told to, dies in some
 * step, or the first behind it by which there is a checkpoint, with all that belongs to it. Prints
 * the parameters' and the losses' bits, and notes its first step in a file beside the folder.
 * Arguments: folder, step to die in (0 for never), workers.
 */
final class TrainUntilKilled {

  private TrainUntilKilled() {}

  /** Notes the first step, and dies without a word. */
  record Halt(String checkpoints, long step) implements TrainingCallback {
    private static final long serialVersionUID = 1;

    private static final AtomicBoolean HAS_BEGUN = new AtomicBoolean();

    @Override
    public void stepEnded(WorkerStep ended) {
      if (HAS_BEGUN.compareAndSet(false, true)) {
        try {
          Files.writeString(
              notes(checkpoints),
              ended.step() + "\n",
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      if (step > 0 && ended.step() >= step && hasCheckpoint(checkpoints)) {
        Runtime.getRuntime().halt(137);
      }
    }
  }

  /** Whether there is a complete one in a folder of trainings. */
  private static boolean hasCheckpoint(String checkpoints) {
    try (Stream<Path> files = Files.walk(Path.of(checkpoints), 3)) {
      return files.anyMatch(
          each ->
              each.endsWith("checkpoint.json")
                  && each.getParent().getFileName().toString().startsWith("epochs-"));
    } catch (IOException | UncheckedIOException e) {
      return false; // pruned in the meantime: the next step tells
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
            .setCallback(new Halt(arguments[0], Long.parseLong(arguments[1])))
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
