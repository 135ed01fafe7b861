package io.kindling.tensorflow.predict;

import io.kindling.predict.Finding;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelFolder;
import io.kindling.predict.ModelFormat;
import io.kindling.predict.ModelLook;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * TensorFlow's model folders: {@code saved_model.pb} with {@code variables/} and {@code assets/},
 * of TensorFlow 1 and 2. Takes the file for its folder, and finds the SavedModel inside a model
 * that Kindling saved. Where {@link LoadOptions#outputs()} names tensors, they are the outputs of
 * its one signature, and the placeholders that they need its inputs.
 */
public final class SavedModelFormat implements ModelFormat {

  private static final String GRAPH_FILE = "saved_model.pb";
  private static final String VARIABLES = "variables/variables";

  /** Where Kindling's own archives, and those of its Spark stages, hold theirs. */
  private static final List<String> INSIDE = List.of("saved_model", "model/saved_model");

  /** For the service loader. */
  public SavedModelFormat() {}

  @Override
  public String name() {
    return "TensorFlow SavedModel";
  }

  @Override
  public boolean recognizes(ModelLook look) {
    return look.isFolder()
        ? look.has(GRAPH_FILE) || !folder(look.path()).equals(look.path())
        : look.isNamed(GRAPH_FILE);
  }

  private static Path folder(Path path) {
    if (!Files.isDirectory(path)) {
      Path parent = path.toAbsolutePath().getParent();
      return parent == null ? path : parent;
    }
    if (!Files.exists(path.resolve(GRAPH_FILE))) {
      for (String inside : INSIDE) {
        if (Files.exists(path.resolve(inside).resolve(GRAPH_FILE))) {
          return path.resolve(inside);
        }
      }
    }
    return path;
  }

  @Override
  public ModelDescription describe(Path path, LoadOptions options) throws IOException {
    return read(folder(path), options).describe();
  }

  @Override
  public LoadedModel load(Path path, LoadOptions options) throws IOException {
    return read(folder(path), options).load();
  }

  private ModelGraph read(Path folder, LoadOptions options) throws IOException {
    ModelFolder inside = new ModelFolder(folder, options.limits());
    Path file = inside.file(GRAPH_FILE);
    WireBudget budget = new WireBudget(folder, inside.size(file), options.limits());
    ByteBuffer bytes = WireMessage.read(file, budget);
    MetaGraph meta = MetaGraph.read(metaGraph(bytes, budget, options));
    Optional<Path> variables =
        meta.hasVariables()
            ? VariableFiles.prefix(inside, folder, VARIABLES, options.limits())
            : Optional.empty();
    Map<String, Path> assets = new LinkedHashMap<>();
    for (Map.Entry<String, String> asset : meta.assets().entrySet()) {
      assets.put(asset.getKey(), inside.file("assets/" + asset.getValue()));
    }
    ModelFiles files = new ModelFiles(variables, assets, inside.bytes());
    if (options.outputs().isEmpty()) {
      return ModelGraph.withSignatures(name(), folder, options, meta, files, budget);
    }
    return ModelGraph.withOutputs(name(), folder, options, meta, files, budget, options.outputs());
  }

  /** The graph with the tags asked for, or the only one. */
  private static WireMessage metaGraph(ByteBuffer bytes, WireBudget budget, LoadOptions options) {
    List<Set<String>> tags = new ArrayList<>();
    WireMessage model = WireMessage.of(bytes, budget, "SavedModel");
    while (model.next()) {
      if (model.field() == 2) {
        tags.add(MetaGraph.tags(model.message("MetaGraphDef")));
      }
    }
    if (tags.isEmpty()) {
      throw new RefusedModelException(
          budget.file(),
          List.of(new Finding(Finding.Kind.CONTENT, "'" + GRAPH_FILE + "' holds no graph")));
    }
    int wanted = tags.size() == 1 ? 0 : tags.indexOf(options.tags());
    if (wanted < 0) {
      throw new IllegalArgumentException(
          "The SavedModel %s has no graph with the tags %s. It has graphs with %s. Name one's with withTags."
              .formatted(budget.file(), options.sortedTags(), tags));
    }
    WireMessage again = WireMessage.of(bytes, budget, "SavedModel");
    int index = 0;
    while (again.next()) {
      if (again.field() == 2 && index++ == wanted) {
        return again.message("MetaGraphDef");
      }
    }
    throw new IllegalStateException("A graph is gone that was just there.");
  }
}
