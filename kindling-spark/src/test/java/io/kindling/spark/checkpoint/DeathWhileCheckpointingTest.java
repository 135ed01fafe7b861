package io.kindling.spark.checkpoint;

import static io.kindling.spark.checkpoint.Snapshots.LENGTHS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.testing.DyingFileSystem;
import io.kindling.spark.testing.DyingFileSystem.Death;
import io.kindling.spark.testing.DyingFileSystem.Rename;
import io.kindling.training.Snapshot;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that dies at any call of a checkpoint: the one before or the new one is found. */
class DeathWhileCheckpointingTest {

  private static final TrainingPlan PLAN =
      TrainingPlan.of(
          Objective.of(Network.sequential(Input.of("x", 2), Dense.of(1)), Loss.meanSquaredError()));
  private static final Checkpoint.Source SOURCE =
      new Checkpoint.Source(
          PLAN.toJson(), new Checkpoint.Rows(new int[] {20}, new int[] {0}, new long[] {7}));

  @TempDir private Path root;

  static Stream<Arguments> worlds() {
    return Stream.of(Rename.values())
        .flatMap(
            rename ->
                Stream.of(Death.values())
                    .flatMap(
                        death -> Stream.of(0, 1, 3).map(old -> Arguments.of(rename, death, old))));
  }

  @AfterEach
  void live() {
    DyingFileSystem.live();
    DyingFileSystem.rename(Rename.AT_ONCE);
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void everyDeathLeavesTheOldOrTheNewWholeToTheBit(Rename rename, Death how, int old)
      throws IOException {
    Path before = root.resolve("before");
    for (int i = 1; i <= old; i++) {
      process(before, new Configuration(false)).write(SOURCE, state(i));
    }
    Configuration dying = new Configuration(false);
    DyingFileSystem.register(dying);
    DyingFileSystem.rename(rename);
    Path folder = root.resolve("folder");
    Map<Long, Integer> found = new HashMap<>();
    boolean lived = false;
    for (int death = 1; !lived; death++) {
      FileUtils.deleteDirectory(folder.toFile());
      if (old > 0) {
        FileUtils.copyDirectory(before.toFile(), folder.toFile());
      }
      lived = checkpoints(DyingFileSystem.uri(folder), dying, old + 1, death, how);
      long step = found(folder, old);
      assertThat(step).as("death at %d", death).isIn(5L * old, 5L * (old + 1));
      assertThat(lived && step != 5L * (old + 1)).isFalse();
      found.merge(step, 1, Integer::sum);

      goOn(folder, old);
    }
    // Blocks of the arrays, the manifest, the rename; then, where there is an older one, its end.
    assertThat(found.get(5L * old)).isGreaterThan(8);
    assertThat(found.get(5L * (old + 1)))
        .isGreaterThan(old > 1 || rename == Rename.FILE_BY_FILE ? 3 : 0);
  }

  /** One after an epoch of five steps. */
  private static Snapshot state(int epochs) {
    return Snapshots.at(5L * epochs, epochs, LENGTHS);
  }

  private static CheckpointFolder process(Path folder, Configuration configuration)
      throws IOException {
    return new CheckpointFolder(folder.toString(), configuration);
  }

  /** Whether the process ended by itself. */
  private static boolean checkpoints(
      String folder, Configuration configuration, int epochs, int death, Death how)
      throws IOException {
    CheckpointFolder process = new CheckpointFolder(folder, configuration);
    DyingFileSystem.dieAt(death, how);
    try {
      process.write(SOURCE, state(epochs));
      process.prune(2, 1);
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith("The process has died at call " + death);
    }
    boolean lived = !DyingFileSystem.isDead();
    DyingFileSystem.live();
    return lived;
  }

  /** The step that a fresh process goes on from, whose state is whole; 0 where it begins anew. */
  private static long found(Path folder, int old) throws IOException {
    Configuration fresh = new Configuration(false);
    Optional<Resume> resume =
        Resumption.find(folder.toString(), PLAN, Optional.of(folder.toString()), fresh)
            .of(SOURCE.rows());
    if (resume.isEmpty()) {
      assertThat(old).isZero();
      return 0;
    }
    Checkpoint checkpoint = resume.get().checkpoint();
    Snapshots.assertSame(
        Snapshot.of(Resume.state(checkpoint.folder().toString(), fresh)),
        state(checkpoint.position().epochs()));
    return checkpoint.position().step();
  }

  /** The next process writes the checkpoint again and cleans up. */
  private static void goOn(Path folder, int old) throws IOException {
    CheckpointFolder next = process(folder, new Configuration(false));
    next.write(SOURCE, state(old + 1));
    next.prune(2, 1);
    assertThat(found(folder, old)).isEqualTo(5L * (old + 1));
    try (Stream<Path> names = Files.list(folder)) {
      List<String> left = names.map(each -> each.getFileName().toString()).toList();
      assertThat(left).hasSize(Math.min(3, old + 1)).allMatch(name -> name.startsWith("epochs-"));
    }
  }
}
