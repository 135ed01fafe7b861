package io.kindling.spark.checkpoint;

import io.kindling.spark.file.FileTrouble;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which checkpoint a training goes on from: known for sure only when its rows are, as trainings may
 * differ in nothing else.
 *
 * <p>In the folder where it leaves its own checkpoints, a training looks for its like and begins
 * where there is none. Any other path has to hold a checkpoint of it.
 */
public final class Resumption {

  private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);

  private final String path;
  private final boolean mayBegin;
  private final List<Resume> candidates; // of the same plan, the best first

  private Resumption(String path, boolean mayBegin, List<Resume> candidates) {
    this.path = path;
    this.mayBegin = mayBegin;
    this.candidates = candidates;
  }

  /** Of a training that begins. */
  public static Resumption none() {
    return new Resumption("", true, List.of());
  }

  /**
   * Finds the checkpoints that a path may mean: itself; the newest of the training whose folder it
   * is; or, of several trainings in it, the newest of each, first of the one that has left a
   * checkpoint last.
   *
   * @param written where the training leaves its own
   * @throws IOException if there is none, or it cannot be read
   * @throws IllegalArgumentException if all are of other plans, naming all that is different in the
   *     last
   */
  public static Resumption find(
      String path, TrainingPlan plan, Optional<String> written, Configuration configuration)
      throws IOException {
    Optional<Checkpoint> itself = new CheckpointFolder(path, configuration).asCheckpoint();
    List<Resume> found =
        itself.isPresent()
            ? List.of(Resume.of(itself.get(), configuration))
            : newestOfEach(new TrainingFolders(path, configuration).all());
    boolean mayBegin = written.isPresent() && isOneFolder(path, written.get(), configuration);
    if (found.isEmpty() && !mayBegin) {
      throw new IOException(
          "Failed to resume from "
              + path
              + ": there is no complete checkpoint. Name a checkpoint, a folder of checkpoints, or the folder that"
              + " checkpointDir names, where training begins if there is none.");
    }
    List<Resume> same = found.stream().filter(each -> each.differences(plan).isEmpty()).toList();
    if (same.isEmpty() && !found.isEmpty()) {
      if (!mayBegin) {
        throw found.get(0).refusalOf(plan);
      }
      LOG.warn(
          "No training in {} is like this one. The last, {}, differs: its {}",
          path,
          found.get(0).checkpoint().folder(),
          String.join("; its ", found.get(0).differences(plan)));
    }
    return new Resumption(path, mayBegin, same);
  }

  /**
   * @throws IOException of the first that cannot be read, where none can
   */
  private static List<Resume> newestOfEach(List<CheckpointFolder> trainings) throws IOException {
    List<Resume> found = new ArrayList<>();
    Optional<IOException> damaged = Optional.empty();
    for (CheckpointFolder training : trainings) {
      Optional<Resume> newest = Optional.empty();
      for (Checkpoint each : training.checkpoints()) {
        if (newest.isPresent()) {
          break;
        }
        try {
          newest = Optional.of(new Resume(each, each.source(training.fileSystem())));
        } catch (IOException e) {
          if (FileTrouble.isOfTheWay(e) || e instanceof Checkpoint.UnsupportedException) {
            throw e;
          }
          LOG.warn("A checkpoint is damaged and passed over for the one before it", e);
          damaged = damaged.isPresent() ? damaged : Optional.of(e);
        }
      }
      newest.ifPresent(found::add);
    }
    if (found.isEmpty() && damaged.isPresent()) {
      throw damaged.get();
    }
    return found;
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

  /** In how many shards the rows have to be dealt, where they may be those of a checkpoint. */
  public OptionalInt shards() {
    return candidates.stream().mapToInt(each -> each.source().rows().training().length).findFirst();
  }

  /**
   * The checkpoint that a training on these rows goes on from; empty where it begins.
   *
   * @throws IllegalArgumentException if it may not begin and the rows are others, saying how
   */
  public Optional<Resume> of(Checkpoint.Rows rows) {
    Optional<Resume> same =
        candidates.stream().filter(each -> each.difference(rows).isEmpty()).findFirst();
    if (same.isPresent()) {
      Checkpoint checkpoint = same.get().checkpoint();
      LOG.info(
          "Training goes on from {}, behind step {} and {} epochs",
          checkpoint.folder(),
          checkpoint.position().step(),
          checkpoint.position().epochs());
    } else if (!candidates.isEmpty()) {
      Resume nearest = candidates.get(0);
      if (!mayBegin) {
        throw nearest.refusalOf(rows);
      }
      LOG.warn(
          "Training begins: {} is of other data: {}",
          nearest.checkpoint().folder(),
          nearest.difference(rows).orElseThrow());
    } else if (!path.isEmpty()) {
      LOG.info("Training begins: there is no checkpoint of it in {}", path);
    }
    return same;
  }
}
