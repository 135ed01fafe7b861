package io.kindling.spark.checkpoint;

import io.kindling.training.Position;
import io.kindling.training.Snapshot;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training. Each is written beside the others under a name that begins with
 * {@code _}, and renamed when it is complete; older ones are deleted after that.
 */
public final class CheckpointFolder {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);

  private final Path folder;
  private final FileSystem fileSystem;

  public CheckpointFolder(String folder, Configuration configuration) throws IOException {
    Path given = new Path(folder);
    this.fileSystem = given.getFileSystem(configuration);
    this.folder = given.makeQualified(fileSystem.getUri(), fileSystem.getWorkingDirectory());
  }

  /** Complete checkpoints, the newest first; none where there is no folder. */
  public List<Checkpoint> checkpoints() throws IOException {
    List<Checkpoint> found = new ArrayList<>();
    for (FileStatus each : list()) {
      Optional<Checkpoint> named = Checkpoint.named(each.getPath());
      if (named.isPresent() && Checkpoint.isComplete(fileSystem, each.getPath())) {
        found.add(named.get());
      }
    }
    found.sort(Comparator.comparing(Checkpoint::position).reversed());
    return found;
  }

  private FileStatus[] list() throws IOException {
    try {
      return fileSystem.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** When the newest checkpoint was written, in milliseconds; 0 where there is none. */
  long lastWritten() throws IOException {
    long last = 0;
    for (Checkpoint each : checkpoints()) {
      try {
        Path manifest = new Path(each.folder(), Checkpoint.MANIFEST);
        last = Math.max(last, fileSystem.getFileStatus(manifest).getModificationTime());
      } catch (FileNotFoundException e) {
        LOG.debug("{} was deleted by its training, which goes on.", each.folder(), e);
      }
    }
    return last;
  }

  /** The folder itself as a checkpoint, where it is one. */
  public Optional<Checkpoint> asCheckpoint() throws IOException {
    return Checkpoint.isComplete(fileSystem, folder) ? Checkpoint.named(folder) : Optional.empty();
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  /**
   * Adds a checkpoint, which is there when this returns, and whole. Where this fails, the others
   * are as they were.
   */
  public void write(Checkpoint.Source source, Snapshot snapshot) throws IOException {
    Position position = Snapshot.position(snapshot.text());
    String name = Checkpoint.nameOf(position);
    Path target = new Path(folder, name);
    if (Checkpoint.isComplete(fileSystem, target)) {
      return; // one step gives one state
    }
    Path fresh = new Path(folder, Checkpoint.unfinishedNameOf(position));
    boolean isInPlace = false;
    try {
      if (!fileSystem.mkdirs(fresh)) {
        throw new IOException("Failed to make the folder " + fresh + ".");
      }
      Checkpoint.write(fileSystem, fresh, source, snapshot);
      // A worker that was given up while it wrote may come here long after its successor.
      if (Checkpoint.isComplete(fileSystem, target)) {
        return;
      }
      if (!Checkpoint.isComplete(fileSystem, fresh)) {
        throw new IOException("Another writer has deleted " + fresh + ", and gone on.");
      }
      fileSystem.delete(target, true); // half of one, where a rename is no single act
      if (!fileSystem.rename(fresh, target)) {
        throw new IOException("Failed to rename " + fresh + " to " + target + ".");
      }
      isInPlace = true;
    } finally {
      if (!isInPlace) {
        deleteQuietly(fresh);
      }
    }
  }

  /**
   * Deletes all but some of the newest and the first of the best epoch, and what writers left
   * unfinished behind which training has gone on: whoever writes there still, writes in vain.
   *
   * @param kept how many of the newest
   * @param bestEpoch 0 where there is none
   */
  public void prune(int kept, int bestEpoch) throws IOException {
    List<Checkpoint> all = checkpoints();
    Optional<Checkpoint> best =
        all.stream()
            .filter(each -> bestEpoch > 0 && each.position().epochs() == bestEpoch)
            .min(Comparator.comparing(Checkpoint::position));
    for (Checkpoint each : all.subList(Math.min(kept, all.size()), all.size())) {
      if (best.isEmpty() || !best.get().equals(each)) {
        Checkpoint.delete(fileSystem, each.folder());
      }
    }
    for (FileStatus each : list()) {
      if (!all.isEmpty() && isLeft(each.getPath(), all.get(0).position())) {
        fileSystem.delete(each.getPath(), true);
      }
    }
  }

  /** Whether it was never finished, or not deleted to its end. */
  private boolean isLeft(Path path, Position newest) throws IOException {
    Optional<Position> unfinished = Checkpoint.unfinished(path);
    return unfinished.isPresent()
        ? unfinished.get().compareTo(newest) <= 0
        : Checkpoint.named(path).isPresent() && !Checkpoint.isComplete(fileSystem, path);
  }

  private void deleteQuietly(Path fresh) {
    try {
      fileSystem.delete(fresh, true);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} is incomplete, and could not be deleted.", fresh, e);
    }
  }
}
