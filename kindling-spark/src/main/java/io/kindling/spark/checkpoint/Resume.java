package io.kindling.spark.checkpoint;

import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A checkpoint that a training goes on from.
 *
 * @param source what it is of
 */
public record Resume(Checkpoint checkpoint, Checkpoint.Source source) {

  static Resume of(Checkpoint checkpoint, Configuration configuration) throws IOException {
    return new Resume(
        checkpoint, checkpoint.source(checkpoint.folder().getFileSystem(configuration)));
  }

  /** Says that a training of another plan cannot go on from here. */
  IllegalArgumentException refusalOf(TrainingPlan plan) {
    return new IllegalArgumentException(
        "Training cannot go on from "
            + checkpoint.folder()
            + ", because it would be another training: its "
            + String.join("; its ", differences(plan))
            + ". Set what the checkpoint was made with, or begin with its parameters alone, with setInitialModel.");
  }

  /** What is different in words; more epochs, and another end of early stopping, are nothing. */
  List<String> differences(TrainingPlan plan) {
    TrainingPlan stored = TrainingPlan.parse(source.plan());
    List<String> different = new ArrayList<>();
    String network = stored.objective().network().toJson();
    if (!network.equals(plan.objective().network().toJson())) {
      List<String> arrays =
          plan.objective()
              .network()
              .parameters()
              .differences(stored.objective().network().parameters());
      different.add(
          "network is another"
              + (arrays.isEmpty() ? "" : ", in which " + String.join(", ", arrays)));
    }
    addIfOther(different, "losses", stored.objective().losses(), plan.objective().losses());
    addIfOther(different, "metrics", stored.objective().metrics(), plan.objective().metrics());
    addIfOther(different, "weights", stored.objective().weighting(), plan.objective().weighting());
    addIfOther(different, "optimizer", stored.optimizer(), plan.optimizer());
    addIfOther(different, "strategy", stored.strategy(), plan.strategy());
    addIfOther(different, "batch size", stored.batchSize(), plan.batchSize());
    addIfOther(different, "seed", stored.seed(), plan.seed());
    boolean isStopping = plan.stopping().patience() > 0;
    if (isStopping && stored.stopping().patience() == 0 && checkpoint.position().epochs() > 0) {
      different.add("patience was 0, so that no best epoch was kept to go back to");
    }
    if (checkpoint.position().epochs() > plan.epochs()) {
      different.add(
          "epochs were %d already and are to be %d"
              .formatted(checkpoint.position().epochs(), plan.epochs()));
    }
    return different;
  }

  private static void addIfOther(List<String> different, String what, Object stored, Object now) {
    if (!Objects.equals(stored, now)) {
      different.add(what + " was " + stored + " and is " + now);
    }
  }

  /** Says that a training on other rows cannot go on from here. */
  IllegalArgumentException refusalOf(Checkpoint.Rows rows) {
    return new IllegalArgumentException(
        "Training cannot go on from "
            + checkpoint.folder()
            + ", because its data is other data: "
            + difference(rows).orElseThrow()
            + " Give it the same rows in the same partitions, with the same validation.");
  }

  /** How its rows differ from others, in words. */
  Optional<String> difference(Checkpoint.Rows rows) {
    Checkpoint.Rows stored = source.rows();
    if (stored.training().length != rows.training().length) {
      return Optional.of(
          "it was in %d shards and is in %d. Set numShards to the first, or not at all."
              .formatted(stored.training().length, rows.training().length));
    }
    if (!Arrays.equals(stored.training(), rows.training())
        || !Arrays.equals(stored.validation(), rows.validation())) {
      return Optional.of(
          "the shards had %s rows to train on and %s for validation, and have %s and %s."
              .formatted(
                  Arrays.toString(stored.training()),
                  Arrays.toString(stored.validation()),
                  Arrays.toString(rows.training()),
                  Arrays.toString(rows.validation())));
    }
    return Arrays.equals(stored.checksums(), rows.checksums())
        ? Optional.empty()
        : Optional.of("as many rows, but others, or in another order.");
  }

  /**
   * The furthest state there is.
   *
   * @param written where this training leaves checkpoints
   * @param resumed the checkpoint it resumes
   * @return empty where there is none
   * @throws UncheckedIOException if one is damaged
   */
  public static Optional<TrainingState> newest(
      Optional<String> written, Optional<String> resumed, Configuration configuration) {
    try {
      if (written.isPresent()) {
        List<Checkpoint> own = new CheckpointFolder(written.get(), configuration).checkpoints();
        if (!own.isEmpty()) {
          return Optional.of(state(own.get(0).folder().toString(), configuration));
        }
      }
      return resumed.isPresent()
          ? Optional.of(state(resumed.get(), configuration))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The state a checkpoint holds. */
  public static TrainingState state(String folder, Configuration configuration) throws IOException {
    Path path = new Path(folder);
    Checkpoint checkpoint =
        Checkpoint.named(path)
            .orElseThrow(() -> new IOException("Invalid name of a checkpoint: " + path));
    return checkpoint.snapshot(path.getFileSystem(configuration)).state();
  }
}
