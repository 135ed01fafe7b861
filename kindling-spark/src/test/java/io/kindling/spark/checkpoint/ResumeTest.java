package io.kindling.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.EarlyStopping;
import io.kindling.training.Position;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {

  private static final int[] FEW = {4, 0, 2, 0, 0};

  @TempDir private Path root;
  private final Configuration configuration = new Configuration(false);

  private static TrainingPlan plan() {
    return TrainingPlan.of(objective(3)).withOptimizer(Optimizers.adam(1e-2)).withSeed(7);
  }

  private static Objective objective(int units) {
    return Objective.of(
        Network.sequential(Input.of("x", 2), Dense.of(units)),
        Loss.sparseCategoricalCrossEntropy(),
        Metric.accuracy());
  }

  private Path write(long step, int epochs) throws IOException {
    new CheckpointFolder(root.toString(), configuration)
        .write(
            new Checkpoint.Source(plan().toJson(), rows(20, 0, 11)),
            Snapshots.at(step, epochs, FEW));
    return root.resolve(Checkpoint.nameOf(new Position(step, epochs)));
  }

  private Resume find(Path path) throws IOException {
    return find(path, plan());
  }

  private Resume find(Path path, TrainingPlan plan) throws IOException {
    return Resumption.find(path.toString(), plan, Optional.empty(), configuration)
        .of(rows(20, 0, 11))
        .orElseThrow();
  }

  @Test
  void findsTheNewestOfAFolderOrTheOneThatIsNamed() throws IOException {
    Path older = write(5, 1);
    Path newer = write(10, 2);
    assertThat(find(root).checkpoint().position()).isEqualTo(new Position(10, 2));
    assertThat(find(newer).checkpoint().position()).isEqualTo(new Position(10, 2));
    assertThat(find(older).checkpoint().position()).isEqualTo(new Position(5, 1));
    assertThat(TrainingPlan.parse(find(older).source().plan())).isEqualTo(plan());
    assertThat(Resume.state(older.toString(), configuration).step()).isEqualTo(5);
  }

  @Test
  void aFolderWithoutAnyIsAnErrorUnlessItIsTheOneThatIsWrittenTo() throws IOException {
    String path = root.resolve("none").toString();
    String sentence =
        "Failed to resume from "
            + path
            + ": there is no complete checkpoint. Name a checkpoint, a folder of checkpoints, or the folder that"
            + " checkpointDir names, where training begins if there is none.";
    for (Optional<String> written :
        List.of(Optional.<String>empty(), Optional.of(root.resolve("other").toString()))) {
      assertThatThrownBy(() -> Resumption.find(path, plan(), written, configuration))
          .isInstanceOf(IOException.class)
          .hasMessage(sentence);
    }
    assertThat(begins(path, path)).isTrue();
    assertThat(begins(path + "/", path)).isTrue();
    assertThat(begins("file:" + path, path)).isTrue();
  }

  private boolean begins(String path, String written) throws IOException {
    return Resumption.find(path, plan(), Optional.of(written), configuration)
        .of(rows(20, 0, 11))
        .isEmpty();
  }

  @Test
  void inTheFolderThatIsWrittenToATrainingThatIsNoOnesLikeBegins() throws IOException {
    write("training-20261128-090000-00000001", plan(), 10, 2, 1_000);
    Optional<String> own = Optional.of(root.toString());
    Resumption other = Resumption.find(root.toString(), plan().withSeed(8), own, configuration);
    assertThat(other.shards()).isEmpty();
    assertThat(other.of(rows(20, 0, 11))).isEmpty();
    Resumption same = Resumption.find(root.toString(), plan(), own, configuration);
    assertThat(same.shards()).hasValue(2);
    assertThat(same.of(rows(20, 0, 12))).isEmpty();
    assertThat(same.of(rows(20, 0, 11)).orElseThrow().checkpoint().position())
        .isEqualTo(new Position(10, 2));
  }

  @Test
  void ofTrainingsThatDifferInTheirRowsAloneTheOneOfTheSameIsMeant() throws IOException {
    write("training-20261128-090000-00000001", plan(), 10, 2, 1_000);
    Path folder = root.resolve("training-20261128-090001-00000002");
    new CheckpointFolder(folder.toString(), configuration)
        .write(new Checkpoint.Source(plan().toJson(), rows(19, 1, 5)), Snapshots.at(15, 3, FEW));
    assertThat(find(root).checkpoint().position()).isEqualTo(new Position(10, 2));
  }

  @Test
  void anErrorOfTheWayAndAnotherVersionAreNoDamage() throws IOException {
    write(5, 1);
    Path newest = write(10, 2);
    Files.delete(newest.resolve(".checkpoint.json.crc"));
    Path manifest = newest.resolve("checkpoint.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"version\":1", "\"version\":2"));
    assertThatThrownBy(() -> find(root))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Unsupported checkpoint in file:" + newest);
  }

  @Test
  void whatIsNoCompleteCheckpointIsNotFound() throws IOException {
    Path half = write(5, 1);
    Files.delete(half.resolve("checkpoint.json"));
    assertThatThrownBy(() -> find(root)).hasMessageContaining("there is no complete checkpoint");
    assertThatThrownBy(() -> find(half)).hasMessageContaining("there is no complete checkpoint");
    assertThatThrownBy(() -> Resume.state(root.toString(), configuration))
        .isInstanceOf(IOException.class)
        .hasMessage("Invalid name of a checkpoint: " + root);
  }

  @Test
  void aDamagedOneIsPassedOverForTheOneBeforeIt() throws IOException {
    Path older = write(5, 1);
    Path newest = write(10, 2);
    damage(newest);
    assertThat(find(root).checkpoint().position()).isEqualTo(new Position(5, 1));
    assertThatThrownBy(() -> find(newest))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Failed to read the checkpoint file:"
                + newest
                + ": its manifest has changed since it was written. Delete it, to go on from the one before it.");
    damage(older);
    assertThatThrownBy(() -> find(root)).hasMessageContaining("epochs-2-step-000000010");
  }

  private static void damage(Path checkpoint) throws IOException {
    Path manifest = checkpoint.resolve("checkpoint.json");
    Files.delete(checkpoint.resolve(".checkpoint.json.crc"));
    Files.writeString(manifest, Files.readString(manifest).replace("20,0", "21,0"));
  }

  @Test
  void theNewestStateIsTheTrainingsOwnOrTheOneItResumes() throws IOException {
    Path resumed = write(5, 1);
    Optional<String> own = Optional.of(root.resolve("own").toString());
    assertThat(Resume.newest(own, Optional.empty(), configuration)).isEmpty();
    assertThat(
            Resume.newest(own, Optional.of(resumed.toString()), configuration).orElseThrow().step())
        .isEqualTo(5);
    new CheckpointFolder(own.get(), configuration)
        .write(new Checkpoint.Source(plan().toJson(), rows(20, 0, 11)), Snapshots.at(15, 3, FEW));
    assertThat(
            Resume.newest(own, Optional.of(resumed.toString()), configuration).orElseThrow().step())
        .isEqualTo(15);
  }

  @Test
  void ofSeveralTrainingsTheLastOneOfThePlanIsMeant() throws IOException {
    TrainingPlan other = plan().withSeed(8);
    write("training-20261128-090000-00000001", plan(), 10, 2, 1_000);
    write("training-20261128-090001-00000002", plan(), 5, 1, 3_000);
    write("training-20261128-090002-00000003", other, 30, 6, 2_000);
    write("another folder", plan(), 99, 9, 9_000);
    assertThat(find(root).checkpoint().position()).isEqualTo(new Position(5, 1));
    assertThat(find(root, other).checkpoint().position()).isEqualTo(new Position(30, 6));
    assertThatThrownBy(() -> find(root, plan().withSeed(9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("090001")
        .hasMessageContaining("its seed was 7 and is 9");
  }

  private void write(String training, TrainingPlan plan, long step, int epochs, long millis)
      throws IOException {
    Path folder = root.resolve(training);
    new CheckpointFolder(folder.toString(), configuration)
        .write(
            new Checkpoint.Source(plan.toJson(), rows(20, 0, 11)), Snapshots.at(step, epochs, FEW));
    Files.setLastModifiedTime(
        folder.resolve(Checkpoint.nameOf(new Position(step, epochs))).resolve("checkpoint.json"),
        FileTime.fromMillis(millis));
  }

  @Test
  void theSameTrainingGoesOnForMoreEpochs() throws IOException {
    write(5, 1);
    assertThat(find(root, plan().withEpochs(99)).checkpoint().position())
        .isEqualTo(new Position(5, 1));
  }

  @Test
  void anotherEarlyStoppingIsNothingUnlessThereIsNoBestEpochToGoBackTo() throws IOException {
    TrainingPlan stopping = plan().withEarlyStopping(EarlyStopping.after(3));
    write("training-20261128-090000-00000001", stopping, 10, 2, 1_000);
    assertThatCode(() -> find(root, plan())).doesNotThrowAnyException();
    assertThatCode(() -> find(root, plan().withEarlyStopping(EarlyStopping.after(9))))
        .doesNotThrowAnyException();
    write("training-20261128-090001-00000002", plan(), 10, 2, 2_000);
    Path without = root.resolve("training-20261128-090001-00000002");
    assertThatThrownBy(() -> find(without, stopping))
        .hasMessageContaining("its patience was 0, so that no best epoch was kept to go back to");
  }

  @Test
  void refusesAnotherTrainingAndNamesAllThatIsDifferent() throws IOException {
    Path folder = write(5, 3);
    assertThatThrownBy(() -> find(root, plan().withBatchSize(64).withSeed(8).withEpochs(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Training cannot go on from file:"
                + folder
                + ", because it would be another training: its batch size was 128 and is 64; its seed was 7 and is 8;"
                + " its epochs were 3 already and are to be 2. Set what the checkpoint was made with, or begin with its parameters alone, with"
                + " setInitialModel.");

    TrainingPlan other = TrainingPlan.of(objective(4)).withSeed(7);
    assertThatThrownBy(() -> find(root, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its network is another, in which ")
        .hasMessageContaining("; its optimizer was ")
        .hasMessageNotContaining("losses")
        .hasMessageNotContaining("seed was");

    TrainingPlan squared =
        new TrainingPlan(
            Objective.of(plan().objective().network(), Loss.meanSquaredError()),
            plan().optimizer(),
            plan().epochs(),
            plan().batchSize(),
            plan().seed(),
            plan().stopping(),
            plan().strategy());
    assertThatThrownBy(() -> find(root, squared))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its losses was ")
        .hasMessageContaining("; its metrics was ")
        .hasMessageNotContaining("network was");
  }

  @Test
  void refusesOtherDataWithTheRowsOfEveryShard() throws IOException {
    Path folder = write(5, 1);
    Resumption resumption =
        Resumption.find(root.toString(), plan(), Optional.empty(), configuration);
    assertThatThrownBy(() -> resumption.of(rows(19, 1, 11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Training cannot go on from file:"
                + folder
                + ", because its data is other data: the shards had [20, 0] rows to train on and [5, 0] for validation,"
                + " and have [19, 1] and [5, 0]. Give it the same rows in the same partitions, with the same"
                + " validation.");
    assertThatThrownBy(() -> resumption.of(rows(20, 0, 12)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "its data is other data: as many rows, but others, or in another order.");
    Checkpoint.Rows threeShards =
        new Checkpoint.Rows(new int[] {10, 5, 5}, new int[] {5, 0, 0}, new long[] {1, 2, 3});
    assertThatThrownBy(() -> resumption.of(threeShards))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it was in 2 shards and is in 3. Set numShards to the first");
  }

  /** Of two shards; 5 rows are for validation. */
  private static Checkpoint.Rows rows(int first, int second, long checksum) {
    return new Checkpoint.Rows(
        new int[] {first, second}, new int[] {5, 0}, new long[] {checksum, 3});
  }
}
