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
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint that a training goes on from.
 *
 * @param source what it is of
 */
public record Resume(Checkpoint checkpoint, Checkpoint.Source source) {

  private static final Logger LOG = LoggerFactory.getLogger(Resume.class);

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
    Optional<Checkpoint> itself = folder.asCheckpoint();
    if (itself.isPresent()) {
      return Optional.of(new Resume(itself.get(), itself.get().source(folder.fileSystem())));
    }
    IOException damaged = null;
    for (Checkpoint each : folder.checkpoints()) {
      try {
        return Optional.of(new Resume(each, each.source(folder.fileSystem())));
      } catch (IOException e) {
        LOG.warn("A checkpoint is damaged and passed over for the one before it", e);
        damaged = damaged == null ? e : damaged;
      }
    }
    if (damaged != null) {
      throw damaged;
    }
    if (written.isPresent() && isOneFolder(path, written.get(), configuration)) {
      return Optional.empty();
    }
    throw new IOException(
        "Failed to resume from "
            + path
            + ": there is no complete checkpoint. Name a checkpoint, a folder of checkpoints, or the folder that"
            + " checkpointDir names, where training begins if there is none.");
  }

  private static boolean isOneFolder(String one, String other, Configuration configuration)
      throws IOException {
    return qualified(one, configuration).equals(qualified(other, configuration));
  }

  private static Path qualified(String folder, Configuration configuration) throws IOException {
    Path path = new Path(folder);
    FileSystem fileSystem = path.getFileSystem(configuration);
    return path.makeQualified(fileSystem.getUri(), fileSystem.getWorkingDirectory());
  }

  /**
   * Refuses a training that would not be the same one.
   *
   * @throws IllegalArgumentException naming all that is different; epochs and early stopping may be
   */
  public void refuseOther(TrainingPlan plan) {
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
   * @throws IllegalArgumentException saying what is different
   */
  public void refuseOther(Checkpoint.Rows rows) {
    Checkpoint.Rows stored = source.rows();
    String different = null;
    if (stored.training().length != rows.training().length) {
      different =
          "it was in %d shards and is in %d. Set numShards to the first, or not at all."
              .formatted(stored.training().length, rows.training().length);
    } else if (!Arrays.equals(stored.training(), rows.training())
        || !Arrays.equals(stored.validation(), rows.validation())) {
      different =
          "the shards had %s rows to train on and %s for validation, and have %s and %s."
              .formatted(
                  Arrays.toString(stored.training()),
                  Arrays.toString(stored.validation()),
                  Arrays.toString(rows.training()),
                  Arrays.toString(rows.validation()));
    } else if (!Arrays.equals(stored.checksums(), rows.checksums())) {
      different = "as many rows, but others, or in another order.";
    }
    if (different != null) {
      throw new IllegalArgumentException(
          "Training cannot go on from "
              + checkpoint.folder()
              + ", because its data is other data: "
              + different
              + " Give it the same rows in the same partitions, with the same validation.");
    }
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
