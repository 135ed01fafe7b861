package io.kindling.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.training.Position;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingFoldersTest {

  private static final Checkpoint.Source SOURCE =
      new Checkpoint.Source(
          "{}", new Checkpoint.Rows(new int[] {20}, new int[] {0}, new long[] {7}));
  private static final int[] FEW = {4, 0, 2, 0, 0};

  @TempDir private Path root;
  private final Configuration configuration = new Configuration(false);

  private String forTraining(Resume... resumed) throws IOException {
    return new TrainingFolders(root.toString(), configuration)
        .forTraining(Optional.ofNullable(resumed.length == 0 ? null : resumed[0]));
  }

  private Resume write(String training, long step, int epochs) throws IOException {
    CheckpointFolder folder = new CheckpointFolder(training, configuration);
    folder.write(SOURCE, Snapshots.at(step, epochs, FEW));
    Position position = new Position(step, epochs);
    return new Resume(
        folder.checkpoints().stream()
            .filter(each -> each.position().equals(position))
            .findFirst()
            .orElseThrow(),
        SOURCE);
  }

  @Test
  void everyTrainingThatBeginsHasAFolderOfItsOwn() throws IOException {
    String first = forTraining();
    String second = forTraining();
    assertThat(Path.of(URI.create(first))).isEmptyDirectory().hasParent(root);
    assertThat(first).matches(".*/training-\\d{8}-\\d{6}-[0-9a-f]{8}").isNotEqualTo(second);
  }

  @Test
  void aTrainingGoesOnInItsFolderFromItsNewestCheckpointAndElseInANewOne() throws IOException {
    String training = forTraining();
    Resume older = write(training, 5, 1);
    Resume newest = write(training, 10, 2);
    assertThat(forTraining(newest)).isEqualTo(training);
    assertThat(forTraining(older)).isNotEqualTo(training);
    Path plainPath = Path.of(URI.create(newest.checkpoint().folder().toString()));
    Checkpoint named =
        new CheckpointFolder(plainPath.toString(), configuration).asCheckpoint().orElseThrow();
    assertThat(forTraining(new Resume(named, SOURCE))).isEqualTo(training);
    Resume elsewhere = write(root.resolve("elsewhere").resolve("training").toString(), 5, 1);
    assertThat(forTraining(elsewhere)).contains(root.getFileName() + "/training-");
  }

  @Test
  void aFolderIsDeletedOnlyWhereNothingWasLeftInIt() throws IOException {
    TrainingFolders folders = new TrainingFolders(root.toString(), configuration);
    String empty = forTraining();
    String used = forTraining();
    write(used, 5, 1);
    folders.deleteIfEmpty(empty);
    folders.deleteIfEmpty(used);
    folders.deleteIfEmpty(root.resolve("none").toString());
    assertThat(root.toFile().list())
        .containsExactly(Path.of(URI.create(used)).getFileName().toString());
  }
}
