package io.kindling.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.model.Provenance;
import io.kindling.model.TrainedModel;
import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArchiveTest {

  private static final LayerNetwork NETWORK =
      Network.sequential(Input.of("x", 3), Dense.of(5), BatchNorm.of(), Dense.of(2));

  @TempDir private Path folder;
  private TrainedModel model;

  @BeforeEach
  void writeAModel() throws IOException {
    model =
        new TrainedModel(
            NETWORK,
            NETWORK.parameters().initialize(1),
            NETWORK.state().initialize(1),
            Provenance.ofThisJvm().with("seed", 1));
    Files.createDirectories(folder.resolve("saved_model/variables"));
    Files.writeString(folder.resolve("saved_model/variables/index"), "of others");
    ModelArchive.write(folder, model);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    TrainedModel read = ModelArchive.read(folder);
    assertThat(read.network()).isEqualTo(NETWORK);
    assertThat(read.parameters()).isEqualTo(model.parameters());
    assertThat(read.state()).isEqualTo(model.state());
    assertThat(read.provenance()).isEqualTo(model.provenance());
  }

  @Test
  void arraysLieWithoutGaps() throws IOException {
    assertThat(folder.resolve("parameters.f32")).hasSize((3 * 5 + 5 + 10 + 5 * 2 + 2) * 4);
    assertThat(folder.resolve("state.f32")).hasSize(10 * 4);
  }

  @Test
  void overwritesASmallerModelWhole() throws IOException {
    LayerNetwork large = Network.sequential(Input.of("x", 300), Dense.of(300));
    TrainedModel larger =
        new TrainedModel(large, large.parameters().initialize(2), new float[0], model.provenance());
    ModelArchive.write(folder, larger);
    assertThat(ModelArchive.read(folder).parameters()).isEqualTo(larger.parameters());
    ModelArchive.write(folder, model);
    assertThat(ModelArchive.read(folder).parameters()).isEqualTo(model.parameters());
  }

  @Test
  void rejectsAFolderWithoutADescription() throws IOException {
    Files.delete(folder.resolve("kindling.json"));
    assertThatThrownBy(() -> ModelArchive.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Failed to read a model from "
                + folder
                + ": it has no kindling.json, so it is no complete model.");
  }

  @Test
  void namesTheFileThatChanged() throws IOException {
    Path parameters = folder.resolve("parameters.f32");
    byte[] bytes = Files.readAllBytes(parameters);
    bytes[7] ^= 1;
    Files.write(parameters, bytes);
    assertThatThrownBy(() -> ModelArchive.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its file 'parameters.f32' has changed since it was written: ");
  }

  @Test
  void namesTheFileOfOthersThatIsGone() throws IOException {
    Files.delete(folder.resolve("saved_model/variables/index"));
    assertThatThrownBy(() -> ModelArchive.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("its file 'saved_model/variables/index' is missing or outside it.");
  }

  @Test
  void readsNothingOutsideTheFolder(@TempDir Path elsewhere) throws IOException {
    Files.writeString(elsewhere.resolve("secret"), "x");
    edit("\"state.f32\"", "\"" + elsewhere.resolve("secret") + "\"");
    assertThatThrownBy(() -> ModelArchive.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("is missing or outside it.");
  }

  @Test
  void followsNoLinkOutOfTheFolder(@TempDir Path elsewhere) throws IOException {
    Path state = folder.resolve("state.f32");
    Path moved = elsewhere.resolve("state.f32");
    Files.move(state, moved);
    Files.createSymbolicLink(state, moved);
    assertThatThrownBy(() -> ModelArchive.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("its file 'state.f32' is missing or outside it.");
  }

  @Test
  void rejectsALaterVersion() throws IOException {
    edit("\"version\" : 1", "\"version\" : 9");
    assertThatThrownBy(() -> ModelArchive.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Unsupported model in "
                + folder
                + ": format 'kindling-model' version 9. This Kindling reads kindling-model"
                + " version 1.");
  }

  @Test
  void rejectsArraysOfAnotherNetwork() throws IOException {
    edit("\\\"units\\\":5", "\\\"units\\\":50000");
    assertThatThrownBy(() -> ModelArchive.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its file 'parameters.f32' has 168 bytes, but the network needs ");
  }

  @Test
  void rejectsADescriptionWithMissingParts() throws IOException {
    for (String text :
        new String[] {"", "null", "{}", "{\"format\":\"kindling-model\",\"version\":1}"}) {
      Files.writeString(folder.resolve("kindling.json"), text);
      assertThatThrownBy(() -> ModelArchive.read(folder))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Failed to read " + folder.resolve("kindling.json") + ": ");
    }
  }

  private void edit(String part, String by) throws IOException {
    Path description = folder.resolve("kindling.json");
    String text = Files.readString(description);
    assertThat(text).contains(part);
    Files.writeString(description, text.replace(part, by));
  }

  @Test
  void aModelHasTheNumbersItsNetworkNeeds() {
    assertThatThrownBy(
            () -> new TrainedModel(NETWORK, new float[1], model.state(), model.provenance()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid model: 1 floats of parameters, but the network's layout has 96.");
  }
}
