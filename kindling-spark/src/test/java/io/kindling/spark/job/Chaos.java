package io.kindling.spark.job;

import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerMoment;
import io.kindling.spark.job.ChaosCell.Phase;
import io.kindling.spark.testing.FullFileSystem;
import io.kindling.training.Activity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Strikes once, and notes in files, which all processes of this machine share, when it struck and
 * when the others were told.
 *
 * @param folder for the notes
 */
record Chaos(String folder, ChaosCell cell, int workers, long steps) implements TrainingCallback {

  private static final long serialVersionUID = 1;

  /** The folders of trainings that this process took part in when another was struck. */
  private static final Set<String> SURVIVORS = ConcurrentHashMap.newKeySet();

  @Override
  public void began(WorkerMoment moment) {
    if (moment.activity() == Activity.STARTING || moment.generation() == 0) {
      FullFileSystem.leave(Long.MAX_VALUE); // what an earlier cell may have left
    }
    if (moment.generation() > 0 && struckAt().isEmpty()) {
      SURVIVORS.add(folder);
    } else if (moment.activity() == Activity.JOINING && SURVIVORS.contains(folder)) {
      note("knew-" + ProcessHandle.current().pid());
    }
    boolean isTime = moment.rank() == cell.rank(workers) && moment.step() >= cell.step(steps);
    if (isTime && cell.phase() == Phase.CHECKPOINT && moment.activity() == Activity.FEEDING) {
      Fault.park(10); // a checkpoint is due, and is begun when the one before it is written
    }
    // The checkpoint of the end is behind the last step.
    boolean isPlace = isTime && moment.activity() == cell.phase().activity && moment.step() < steps;
    if (isPlace && note("struck")) {
      SURVIVORS.remove(folder);
      cell.fault().strike(cell.seed());
    }
  }

  /** Whether it was the first to note it. */
  private boolean note(String what) {
    try {
      Path fresh = Files.createTempFile(Path.of(folder), "note", ".tmp");
      Files.writeString(fresh, String.valueOf(System.currentTimeMillis()));
      Files.createLink(Path.of(folder, what), fresh);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When it struck; empty where it has not. */
  Optional<Long> struckAt() {
    return read(Path.of(folder, "struck"));
  }

  /** When each process was told that its generation was over. */
  List<Long> knownAt() {
    try (Stream<Path> notes = Files.list(Path.of(folder))) {
      return notes
          .filter(each -> each.getFileName().toString().startsWith("knew-"))
          .flatMap(each -> read(each).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Long> read(Path note) {
    try {
      return Files.exists(note)
          ? Optional.of(Long.parseLong(Files.readString(note)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
