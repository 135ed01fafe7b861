package io.kindling.spark.job;

import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes its time with every step, and does not get beyond a step, until it is released.
 *
 * @param folder for a note, which all processes of this machine share
 * @param last the step that it waits in
 */
record HeldTraining(String folder, long last) implements TrainingCallback {

  private static final long serialVersionUID = 1;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** So that a test that fails does not leave workers behind. */
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);

  @Override
  public void stepEnded(WorkerStep step) {
    if (isReleased()) {
      return;
    }
    LockSupport.parkNanos(PAUSE_NANOS);
    long began = System.nanoTime();
    while (step.step() >= last && !isReleased() && System.nanoTime() - began < LIMIT_NANOS) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean isReleased() {
    return Files.exists(note());
  }

  void release() throws IOException {
    Files.createFile(note());
  }

  private Path note() {
    return Path.of(folder, "released");
  }
}
