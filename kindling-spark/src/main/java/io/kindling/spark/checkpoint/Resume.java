package io.kindling.spark.checkpoint;

import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.io.IOException;
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

  /**
   * Finds the checkpoint a path means: itself, or the newest in it.
   *
   * @param written where the training writes its own, which may hold none when it begins
   * @return empty where training begins anew
   * @throws IOException if there is none, or it cannot be read
   */
  public static Optional<Resume> find(
      String path, Optional<String> written, Configuration configuration) throws IOException {
    CheckpointFolder folder = new CheckpointFolder(path, configuration);
    Optional<Checkpoint> found = folder.asCheckpoint();
    if (found.isEmpty()) {
      found = folder.checkpoints().stream().findFirst();
    }
    if (found.isEmpty()) {
      if (written.filter(each -> new Path(each).equals(new Path(path))).isPresent()) {
        return Optional.empty();
      }
      throw new IOException(
          "Failed to resume from "
              + path
              + ": there is no complete checkpoint. Name a checkpoint, a folder of checkpoints, or the folder that"
              + " checkpointDir names, where training begins if there is none.");
    }
    return Optional.of(new Resume(found.get(), found.get().source(folder.fileSystem())));
  }

  /**
   * Refuses a training that would not be the same one.
   *
   * @throws IllegalArgumentException naming all that is different; epochs and early stopping may be
   */
  public void refuseOther(TrainingPlan plan) {
    TrainingPlan stored = TrainingPlan.parse(source.plan());
    List<String> different = new ArrayList<>();
    addIfOther(
        different,
        "network",
        stored.objective().network().toJson(),
        plan.objective().network().toJson());
    addIfOther(different, "losses", stored.objective().losses(), plan.objective().losses());
    addIfOther(different, "metrics", stored.objective().metrics(), plan.objective().metrics());
    addIfOther(different, "weights", stored.objective().weighting(), plan.objective().weighting());
    addIfOther(different, "optimizer", stored.optimizer(), plan.optimizer());
    addIfOther(different, "batch size", stored.batchSize(), plan.batchSize());
    addIfOther(different, "seed", stored.seed(), plan.seed());
    if (!different.isEmpty()) {
      throw new IllegalArgumentException(
          "Training cannot go on from "
              + checkpoint.folder()
              + ", because it would be another training: its "
              + String.join("; its ", different)
              + ". Set what the checkpoint was made with, or begin with its parameters alone, with setInitialModel.");
    }
  }

  private static void addIfOther(List<String> different, String what, Object stored, Object now) {
    if (!Objects.equals(stored, now)) {
      different.add(what + " was " + stored + " and is " + now);
    }
  }

  /**
   * Refuses data that is not the same.
   *
   * @param training rows of every shard to train on
   * @param validation rows of every shard for validation
   */
  public void refuseOther(int[] training, int[] validation) {
    if (!Arrays.equals(source.training(), training)
        || !Arrays.equals(source.validation(), validation)) {
      throw new IllegalArgumentException(
          "Training cannot go on from "
              + checkpoint.folder()
              + ", because its data is other data: the shards had "
              + Arrays.toString(source.training())
              + " rows to train on and "
              + Arrays.toString(source.validation())
              + " for validation, and have "
              + Arrays.toString(training)
              + " and "
              + Arrays.toString(validation)
              + ". Give it the same rows in the same partitions, with the same validation.");
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
