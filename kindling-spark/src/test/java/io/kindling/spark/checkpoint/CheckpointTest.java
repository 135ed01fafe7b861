package io.kindling.spark.checkpoint;

import static io.kindling.spark.checkpoint.Snapshots.LENGTHS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.training.Position;
import io.kindling.training.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

  private static final Checkpoint.Source SOURCE =
      new Checkpoint.Source(
          "{\"epochs\":3}",
          new Checkpoint.Rows(
              new int[] {20, 0, 30}, new int[] {5, 0, 0}, new long[] {1, 2, 4294967295L}));

  @TempDir private Path root;
  private final Configuration configuration = new Configuration(false);
  private CheckpointFolder checkpoints;

  /** Without Hadoop's own checksums, which would find damage first. */
  @BeforeEach
  void open() throws IOException {
    configuration.set("fs.file.impl", RawLocalFileSystem.class.getName());
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    checkpoints = new CheckpointFolder(root.toString(), configuration);
  }

  private Path written(Snapshot snapshot) throws IOException {
    checkpoints.write(SOURCE, snapshot);
    return root.resolve(Checkpoint.nameOf(Snapshot.position(snapshot.text())));
  }

  private FileSystem files() {
    return checkpoints.fileSystem();
  }

  private Checkpoint newest() throws IOException {
    return checkpoints.checkpoints().get(0);
  }

  @Test
  void everyBitComesBack() throws IOException {
    Snapshot snapshot = Snapshots.at(1406, 2, LENGTHS);
    Path folder = written(snapshot);

    assertThat(folder).isDirectory().hasFileName("epochs-2-step-000001406");
    Checkpoint found = newest();
    assertThat(found.position()).isEqualTo(new Position(1406, 2));
    Snapshots.assertSame(found.snapshot(files()), snapshot);
    assertThat(found.source(files()).plan()).isEqualTo(SOURCE.plan());
    assertThat(found.source(files()).rows().training()).containsExactly(20, 0, 30);
    assertThat(found.source(files()).rows().validation()).containsExactly(5, 0, 0);
    assertThat(found.source(files()).rows().checksums()).containsExactly(1, 2, 4294967295L);
    Snapshots.assertSame(Snapshot.of(Resume.state(folder.toString(), configuration)), snapshot);
  }

  @Test
  void leavesNothingElseBesideIt() throws IOException {
    Path folder = written(Snapshots.at(5, 1, LENGTHS));
    try (Stream<Path> left = Files.walk(root)) {
      assertThat(left)
          .containsExactlyInAnyOrder(
              root, folder, folder.resolve("state.f32"), folder.resolve("checkpoint.json"));
    }
    assertThat(folder.resolve("state.f32")).hasSize(4L * Arrays.stream(LENGTHS).sum());
  }

  @ParameterizedTest
  @CsvSource({"epochs-0-step-000000000, 0, 0", "epochs-12-step-1234567890123, 1234567890123, 12"})
  void itsNameSaysHowFarItIs(String name, long step, int epochs) {
    Position position = new Position(step, epochs);
    assertThat(Checkpoint.nameOf(position)).isEqualTo(name);
    assertThat(Checkpoint.named(new org.apache.hadoop.fs.Path("/a", name)).orElseThrow().position())
        .isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_epochs-1-step-5-x",
        "epochs-1-step-5x",
        "epochs--1-step-5",
        "step-5",
        "epochs-99999999999-step-5",
        "epochs-1-step-99999999999999999999"
      })
  void othersNamesAreNone(String name) {
    assertThat(Checkpoint.named(new org.apache.hadoop.fs.Path("/a", name))).isEmpty();
  }

  @Test
  void refusesAnotherVersionAndAnotherFormat() throws IOException {
    Path manifest = written(Snapshots.at(5, 1, LENGTHS)).resolve("checkpoint.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"version\":1", "\"version\":2"));
    assertThatThrownBy(() -> newest().source(files()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Unsupported checkpoint in file:"
                + manifest.getParent()
                + ": format 'kindling-checkpoint' version 2. This Kindling reads kindling-checkpoint version 1.");
    Files.writeString(manifest, text.replace("kindling-checkpoint", "kindling-model"));
    assertThatThrownBy(() -> newest().source(files()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 'kindling-model' version 1.");
  }

  @Test
  void refusesArraysThatWereCutOrGrew() throws IOException {
    Path arrays = written(Snapshots.at(5, 1, LENGTHS)).resolve("state.f32");
    byte[] whole = Files.readAllBytes(arrays);
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1, whole.length + 1}) {
      Files.write(arrays, Arrays.copyOf(whole, length));
      for (Reading reading : readings()) {
        assertThatThrownBy(() -> reading.of(newest()))
            .isInstanceOf(IOException.class)
            .hasMessage(
                "Failed to read the checkpoint file:"
                    + arrays.getParent()
                    + ": its arrays have "
                    + length
                    + " bytes but expected "
                    + whole.length
                    + ". Delete it, to go on from the one before it.");
      }
    }
  }

  @Test
  void refusesArraysOfWhichAnyBitWasFlipped() throws IOException {
    int[] few = {40, 1, 2, 0, 0, 3};
    Path arrays = written(Snapshots.at(5, 1, few)).resolve("state.f32");
    byte[] whole = Files.readAllBytes(arrays);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(arrays, flipped);
      assertThatThrownBy(() -> newest().snapshot(files()), "bit %d", bit)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("its arrays have changed since they were written");
    }
  }

  @Test
  void refusesAManifestThatWasCutOrOfWhichAnyBitWasFlipped() throws IOException {
    int[] few = {4, 1, 2, 0, 0, 3};
    Path manifest = written(Snapshots.at(5, 1, few)).resolve("checkpoint.json");
    byte[] whole = Files.readAllBytes(manifest);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(manifest, Arrays.copyOf(whole, length), "cut to " + length);
    }
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(manifest, flipped, "bit " + bit + " of byte " + whole[bit / 8]);
    }
    assertRefused(manifest, "null".getBytes(StandardCharsets.UTF_8), "null");
  }

  private void assertRefused(Path manifest, byte[] bytes, String how) throws IOException {
    Files.write(manifest, bytes);
    for (Reading reading : readings()) {
      assertThatThrownBy(() -> reading.of(newest()), how)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(manifest.getParent().toString());
    }
  }

  private interface Reading {
    Object of(Checkpoint checkpoint) throws IOException;
  }

  private List<Reading> readings() {
    return List.of(
        checkpoint -> checkpoint.source(files()), checkpoint -> checkpoint.snapshot(files()));
  }
}
