package io.kindling.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.training.Position;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {

  private static final Checkpoint.Source SOURCE =
      new Checkpoint.Source(
          "{}", new Checkpoint.Rows(new int[] {20}, new int[] {0}, new long[] {7}));
  private static final int[] FEW = {4, 0, 2, 0, 0};

  @TempDir private Path root;

  private CheckpointFolder folder() throws IOException {
    return new CheckpointFolder(root.resolve("checkpoints").toString(), new Configuration(false));
  }

  private void write(Position... positions) throws IOException {
    for (Position each : positions) {
      folder().write(SOURCE, Snapshots.at(each.step(), each.epochs(), FEW));
    }
  }

  private List<Position> positions() throws IOException {
    return folder().checkpoints().stream().map(Checkpoint::position).toList();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> names = Files.list(root.resolve("checkpoints"))) {
      return names.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void isEmptyWhereThereIsNone() throws IOException {
    assertThat(positions()).isEmpty();
    folder().prune(1, 1);
  }

  @Test
  void listsTheNewestFirst() throws IOException {
    write(new Position(9, 1), new Position(100, 12), new Position(5, 0), new Position(5, 1));
    assertThat(positions())
        .containsExactly(
            new Position(100, 12), new Position(9, 1), new Position(5, 1), new Position(5, 0));
  }

  @Test
  void halfACheckpointIsNone() throws IOException {
    write(new Position(5, 1), new Position(10, 2));
    Path newest = root.resolve("checkpoints/epochs-2-step-000000010");
    Files.move(newest.resolve("state.f32"), root.resolve("state.f32"));
    assertThat(positions()).containsExactly(new Position(5, 1));
    Files.move(root.resolve("state.f32"), newest.resolve("state.f32"));
    Files.delete(newest.resolve("checkpoint.json"));
    assertThat(positions()).containsExactly(new Position(5, 1));
    write(new Position(10, 2));
    assertThat(positions()).containsExactly(new Position(10, 2), new Position(5, 1));
    assertThat(folder().checkpoints().get(0).snapshot(folder().fileSystem()).state().step())
        .isEqualTo(10);
  }

  @Test
  void writesNoneTwice() throws IOException {
    write(new Position(5, 1));
    Path manifest = root.resolve("checkpoints/epochs-1-step-000000005/checkpoint.json");
    Object before = Files.getLastModifiedTime(manifest);
    Object file =
        Files.readAttributes(manifest, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
    write(new Position(5, 1));
    assertThat(Files.getLastModifiedTime(manifest)).isEqualTo(before);
    assertThat(
            Files.readAttributes(manifest, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey())
        .isEqualTo(file);
    assertThat(names()).containsExactly("epochs-1-step-000000005");
  }

  @Test
  void keepsTheNewestAndTheFirstOfTheBestEpoch() throws IOException {
    write(
        new Position(5, 1),
        new Position(10, 2),
        new Position(12, 2),
        new Position(15, 3),
        new Position(20, 4),
        new Position(25, 5));
    folder().prune(2, 2);
    assertThat(positions())
        .containsExactly(new Position(25, 5), new Position(20, 4), new Position(10, 2));
    folder().prune(2, 4);
    assertThat(positions()).containsExactly(new Position(25, 5), new Position(20, 4));
    folder().prune(1, 0);
    assertThat(names()).containsExactly("epochs-5-step-000000025");
  }

  @Test
  void deletesWhatWritersLeftBehindWhichTrainingHasGoneOnAndNothingElse() throws IOException {
    write(new Position(5, 1));
    Path folder = root.resolve("checkpoints");
    Files.createDirectories(folder.resolve("_epochs-1-step-000000005-of-a-process/part"));
    Files.createDirectories(folder.resolve("_epochs-2-step-000000010-being-written/part"));
    Files.createDirectories(folder.resolve("_of another kind"));
    Files.writeString(folder.resolve("notes.txt"), "mine");
    folder().prune(2, 0);
    assertThat(names())
        .containsExactly(
            "_epochs-2-step-000000010-being-written",
            "_of another kind",
            "epochs-1-step-000000005",
            "notes.txt");
  }

  /** Two writers of one position; the second comes while the first waits in its last file. */
  @Test
  void aWriterThatWakesUpLateLeavesWhatItsSuccessorWrote() throws Exception {
    write(new Position(5, 1));
    Position position = new Position(10, 2);
    CountDownLatch isWriting = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    Configuration slow = new Configuration(false);
    slow.set("fs.file.impl", WaitingFileSystem.class.getName());
    slow.setBoolean("fs.file.impl.disable.cache", true);
    WaitingFileSystem.atManifest =
        () -> {
          isWriting.countDown();
          mayGoOn.await();
        };
    CheckpointFolder late = new CheckpointFolder(root.resolve("checkpoints").toString(), slow);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> writing =
          thread.submit(
              () -> {
                late.write(SOURCE, Snapshots.at(position.step(), position.epochs(), FEW));
                return null;
              });
      isWriting.await();
      write(position);
      folder().prune(1, 0);
      mayGoOn.countDown();
      writing.get(20, TimeUnit.SECONDS);
    } finally {
      thread.shutdownNow();
    }
    assertThat(positions()).containsExactly(position);
    assertThat(folder().checkpoints().get(0).snapshot(folder().fileSystem()).state().step())
        .isEqualTo(10);
    assertThat(names()).containsExactly("epochs-2-step-000000010");
  }

  /** Local files whose manifests wait before they are created. */
  public static final class WaitingFileSystem extends LocalFileSystem {
    private static Callback atManifest;

    /** What is waited for. */
    private interface Callback {
      void run() throws InterruptedException;
    }

    @Override
    public FSDataOutputStream create(org.apache.hadoop.fs.Path path, boolean overwrite)
        throws IOException {
      if (path.getName().equals(Checkpoint.MANIFEST)) {
        try {
          atManifest.run();
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
      }
      return super.create(path, overwrite);
    }
  }

  @Test
  void isACheckpointItselfWhereItsNameAndFilesSaySo() throws IOException {
    write(new Position(5, 1));
    Path inner = root.resolve("checkpoints/epochs-1-step-000000005");
    Configuration configuration = new Configuration(false);
    assertThat(folder().asCheckpoint()).isEmpty();
    assertThat(
            new CheckpointFolder(inner.toString(), configuration)
                .asCheckpoint()
                .orElseThrow()
                .position())
        .isEqualTo(new Position(5, 1));
    Files.delete(inner.resolve("state.f32"));
    assertThat(new CheckpointFolder(inner.toString(), configuration).asCheckpoint()).isEmpty();
  }
}
