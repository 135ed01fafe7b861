package io.kindling.tensorflow.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.Models;
import io.kindling.predict.TensorValue;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/** A checkpoint with its graph, made of the model folder that we export. */
class CheckpointFormatTest {

  private static final TensorValue X = TensorValue.ofFloats(new float[] {1, 2, 3, 4}, 2, 2);

  /** {@code y = x · (1, 2)ᵀ + 3}. */
  private static final float[] Y = {8, 14};

  @TempDir private Path folder;
  private Path exported;
  private MetaGraphDef meta;

  @BeforeEach
  void write() throws IOException {
    exported = folder.resolve("exported");
    Network network = Network.sequential(Input.of("x", 2), Dense.of(1));
    float[] parameters = new float[network.parameters().size()];
    network
        .parameters()
        .views()
        .forEach(
            view -> {
              boolean isKernel = view.name().endsWith("kernel");
              parameters[view.offset()] = isKernel ? 1 : 3;
              if (isKernel) {
                parameters[view.offset() + 1] = 2;
              }
            });
    SavedModelExport.write(exported, network, parameters, new float[network.state().size()]);
    meta =
        SavedModel.parseFrom(Files.readAllBytes(exported.resolve("saved_model.pb")))
            .getMetaGraphs(0);
    for (String ending : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(
          exported.resolve("variables/variables" + ending), folder.resolve("model-7" + ending));
    }
    Files.write(folder.resolve("model-7.meta"), meta.toByteArray());
  }

  private static float[] score(Path path, LoadOptions options) throws IOException {
    try (LoadedModel model = Models.load(path, options)) {
      String input = model.description().defaultSignature().inputs().get(0).name();
      String output = model.description().defaultSignature().outputNames().get(0);
      return model.run("serving_default", Map.of(input, X), List.of(output)).get(output).floats();
    }
  }

  @Test
  void ourOwnModelFolderScores() throws IOException {
    assertThat(score(exported, LoadOptions.defaults())).containsExactly(Y);
  }

  @Test
  void isFoundInsideAModelThatKindlingSaved() throws IOException {
    Path saved = Files.createDirectories(folder.resolve("saved/model"));
    Files.move(exported, saved.resolve("saved_model"));
    assertThat(score(folder.resolve("saved"), LoadOptions.defaults())).containsExactly(Y);
    assertThat(score(saved, LoadOptions.defaults())).containsExactly(Y);
  }

  @Test
  void isNamedByFolderPrefixOrMetaFile() throws IOException {
    LoadOptions options = LoadOptions.defaults();
    for (String name : List.of("model-7", "model-7.meta", "model-7.index")) {
      assertThat(Models.formatOf(folder.resolve(name.replace(".index", ""))).name())
          .isEqualTo("TensorFlow checkpoint");
    }
    assertThat(score(folder.resolve("model-7"), options)).containsExactly(Y);
    assertThat(score(folder.resolve("model-7.meta"), options)).containsExactly(Y);
    assertThat(score(folder, options)).containsExactly(Y);
  }

  @Test
  void theFileCheckpointNamesTheLatest() throws IOException {
    Files.writeString(folder.resolve("model-3.meta"), "old");
    assertThatThrownBy(() -> Models.load(folder))
        .hasMessageContaining("has several checkpoints, [model-3.meta, model-7.meta]");
    Files.writeString(
        folder.resolve("checkpoint"),
        "model_checkpoint_path: \"model-7\"\nall_model_checkpoint_paths: \"model-3\"\n");
    assertThat(score(folder, LoadOptions.defaults())).containsExactly(Y);
    Files.writeString(folder.resolve("checkpoint"), "model_checkpoint_path: \"/etc/model-7\"\n");
    assertThatThrownBy(() -> Models.load(folder))
        .hasMessageContaining("path: '/etc/model-7.meta' is an absolute path");
  }

  @Test
  void findsOutputsWhereNoSignatureNamesThem() throws IOException {
    Files.write(
        folder.resolve("model-7.meta"), meta.toBuilder().clearSignatureDef().build().toByteArray());
    assertThat(score(folder, LoadOptions.defaults())).containsExactly(Y);
    String tensor =
        meta.getSignatureDefOrThrow("serving_default")
            .getOutputsMap()
            .values()
            .iterator()
            .next()
            .getName();
    assertThat(score(folder, LoadOptions.defaults().withOutputs(tensor))).containsExactly(Y);
    assertThatThrownBy(() -> score(folder, LoadOptions.defaults().withOutputs("missing")))
        .hasMessageContaining("the graph names 'missing', which it does not have");
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    Files.delete(folder.resolve("model-7.meta"));
    assertThatThrownBy(() -> Models.load(folder.resolve("model-7")))
        .hasMessageContaining("path: 'model-7.meta', its graph, is missing");
    Files.write(folder.resolve("model-7.meta"), meta.toByteArray());
    Files.delete(folder.resolve("model-7.index"));
    assertThatThrownBy(() -> Models.load(folder.resolve("model-7.meta")))
        .hasMessageContaining("path: the graph has variables, but their files are missing");
  }
}
