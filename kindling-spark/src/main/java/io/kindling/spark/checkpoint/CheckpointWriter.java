package io.kindling.spark.checkpoint;

import io.kindling.training.Position;
import io.kindling.training.Snapshot;
import io.kindling.training.TrainingState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves checkpoints of a training that goes on: the training thread copies its state, and a thread
 * of this writer's own writes the copy. While one is written no other is begun; it is due until it
 * can be. A checkpoint that cannot be written is told, and training goes on.
 */
public final class CheckpointWriter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

  /** For a checkpoint that is under way when training ends. */
  private static final Duration LAST = Duration.ofMinutes(5);

  private final Checkpointing settings;
  private final Checkpoint.Source source;
  private final Configuration configuration;
  private final Consumer<String> complaints;
  private Position last = Position.NONE;
  private long lastNanos = System.nanoTime();
  private Optional<Thread> writing = Optional.empty();
  private volatile boolean isFailing;

  /**
   * @param complaints hears, on the writing thread, why a checkpoint could not be written
   */
  public CheckpointWriter(
      Checkpointing settings,
      Checkpoint.Source source,
      Configuration configuration,
      Consumer<String> complaints) {
    this.settings = settings;
    this.source = source;
    this.configuration = configuration;
    this.complaints = complaints;
  }

  /** Counts intervals from here, unless they are counted already. */
  public void begin(Position position) {
    if (last.equals(Position.NONE)) {
      count(position);
    }
  }

  private void count(Position position) {
    last = position;
    lastNanos = System.nanoTime();
  }

  /** Whether a checkpoint is due and can be begun; for the training thread. */
  public boolean isDue(Position now) {
    Duration since = Duration.ofNanos(System.nanoTime() - lastNanos);
    return settings.interval().isDue(last, now, since) && !isWriting();
  }

  private boolean isWriting() {
    return writing.filter(Thread::isAlive).isPresent();
  }

  /** Begins a checkpoint of a state, of which it takes a copy; for the training thread. */
  public void write(TrainingState state) {
    count(state.position());
    int bestEpoch = state.progress().bestEpoch();
    Snapshot copy = Snapshot.of(state).copy();
    Thread thread = new Thread(() -> write(copy, bestEpoch), "kindling-checkpoint-writer");
    thread.setDaemon(true);
    writing = Optional.of(thread);
    thread.start();
  }

  /**
   * Begins the checkpoint of the state that training ends with, whatever the interval, once that
   * before it is written; for the training thread.
   */
  public void writeLast(TrainingState state) {
    if (!state.position().equals(last) && awaitWritten()) {
      write(state);
    }
  }

  private void write(Snapshot snapshot, int bestEpoch) {
    try {
      CheckpointFolder folder = new CheckpointFolder(settings.folder(), configuration);
      folder.write(source, snapshot);
      folder.prune(settings.kept(), bestEpoch);
      isFailing = false;
    } catch (Exception | LinkageError e) { // a file system may throw anything; training goes on
      LOG.warn("A checkpoint could not be written to {}", settings.folder(), e);
      if (isFailing) {
        return; // it has been said
      }
      isFailing = true;
      complaints.accept(
          "A checkpoint could not be written to "
              + settings.folder()
              + "; training goes on without it: "
              + e);
    }
  }

  /** Waits for a checkpoint that is under way; an interrupted thread does not. */
  @Override
  public void close() {
    if (!awaitWritten()) {
      complaints.accept(
          "The last checkpoint to " + settings.folder() + " is given up: it takes too long.");
    }
    writing.ifPresent(Thread::interrupt); // and left behind if it does not heed that: a daemon
  }

  /** Whether what was begun is written; false where that takes too long. */
  private boolean awaitWritten() {
    try {
      if (writing.isPresent()) {
        TimeUnit.NANOSECONDS.timedJoin(writing.get(), LAST.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !isWriting();
  }
}
