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
   * Finds the checkpoint a path means: itself; the newest of the training whose folder it is; or,
   * of several trainings in it, the newest of the one of this plan that has left a checkpoint last.
   *
   * @param written where the training writes its own, which may hold none when it begins
   * @return empty where training begins anew
   * @throws IOException if there is none, or it cannot be read
   * @throws IllegalArgumentException if all are of other plans, naming all that is different in the
   *     last; epochs and early stopping may be
   */
  public static Optional<Resume> find(
      String path, TrainingPlan plan, Optional<String> written, Configuration configuration)
      throws IOException {
    Optional<Checkpoint> itself = new CheckpointFolder(path, configuration).asCheckpoint();
    List<Resume> found =
        itself.isPresent()
            ? List.of(read(itself.get(), configuration))
            : newestOfEach(new TrainingFolders(path, configuration).all());
    if (found.isEmpty() && written.isPresent() && isOneFolder(path, written.get(), configuration)) {
      return Optional.empty();
    }
    if (found.isEmpty()) {
      throw new IOException(
          "Failed to resume from "
              + path
              + ": there is no complete checkpoint. Name a checkpoint, a folder of checkpoints, or the folder that"
              + " checkpointDir names, where training begins if there is none.");
    }
    Optional<Resume> same =
        found.stream().filter(each -> each.differences(plan).isEmpty()).findFirst();
    if (same.isEmpty()) {
      found.get(0).refuseOther(plan);
    }
    return same;
  }

  /**
   * @throws IOException of the first that cannot be read, where none can
   */
  private static List<Resume> newestOfEach(List<CheckpointFolder> trainings) throws IOException {
    List<Resume> found = new ArrayList<>();
    IOException damaged = null;
    for (CheckpointFolder training : trainings) {
      Optional<Resume> newest = Optional.empty();
      for (Checkpoint each : training.checkpoints()) {
        if (newest.isPresent()) {
          break;
        }
        try {
          newest = Optional.of(new Resume(each, each.source(training.fileSystem())));
        } catch (IOException e) {
          LOG.warn("A checkpoint is damaged and passed over for the one before it", e);
          damaged = damaged == null ? e : damaged;
        }
      }
      newest.ifPresent(found::add);
    }
    if (found.isEmpty() && damaged != null) {
      throw damaged;
    }
    return found;
  }

  private static Resume read(Checkpoint checkpoint, Configuration configuration)
      throws IOException {
    return new Resume(
        checkpoint, checkpoint.source(checkpoint.folder().getFileSystem(configuration)));
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

  private void refuseOther(TrainingPlan plan) {
    throw new IllegalArgumentException(
        "Training cannot go on from "
            + checkpoint.folder()
            + ", because it would be another training: its "
            + String.join("; its ", differences(plan))
            + ". Set what the checkpoint was made with, or begin with its parameters alone, with setInitialModel.");
  }

  private List<String> differences(TrainingPlan plan) {
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
