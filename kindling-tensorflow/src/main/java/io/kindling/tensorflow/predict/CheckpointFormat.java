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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint of TensorFlow 1 with its graph: {@code name.meta}, {@code name.index} and {@code
 * name.data-…}. Named by its prefix, by the {@code .meta} file, or by a folder whose file {@code
 * checkpoint} names the latest.
 *
 * <p>Its graph is that of a training. Where it has no signatures, and none of its tensors is named
 * as an output, the outputs are what no operation reads, depends on a placeholder and does no more
 * than compute.
 */
public final class CheckpointFormat implements ModelFormat {

  private static final String META = ".meta";
  private static final Pattern LATEST =
      Pattern.compile("(?m)^model_checkpoint_path: \"([^\"\\n]*)\"");

  /** The file that names the latest checkpoint is a few lines. */
  private static final int MOST_LATEST_BYTES = 1 << 20;

  /** For the service loader. */
  public CheckpointFormat() {}

  @Override
  public String name() {
    return "TensorFlow checkpoint";
  }

  @Override
  public boolean recognizes(ModelLook look) {
    if (look.isFolder()) {
      return !look.has("saved_model.pb")
          && look.entries().stream().anyMatch(entry -> entry.endsWith(META));
    }
    return (look.isNamed(META) && look.size() > 0)
        || Files.exists(look.path().resolveSibling(look.path().getFileName() + ".index"));
  }

  @Override
  public ModelDescription describe(Path path, LoadOptions options) throws IOException {
    return read(path, options).describe();
  }

  @Override
  public LoadedModel load(Path path, LoadOptions options) throws IOException {
    return read(path, options).load();
  }

  private ModelGraph read(Path path, LoadOptions options) throws IOException {
    boolean isFolder = Files.isDirectory(path);
    Path absolute = path.toAbsolutePath();
    Path folder = isFolder ? absolute : absolute.getParent();
    ModelFolder inside = new ModelFolder(folder, options.limits());
    String prefix = isFolder ? latest(inside, folder) : absolute.getFileName().toString();
    if (prefix.endsWith(META)) {
      prefix = prefix.substring(0, prefix.length() - META.length());
    }
    if (!inside.has(prefix + META)) {
      throw refused(
          path,
          Finding.Kind.PATH,
          "'"
              + Finding.clipped(prefix)
              + ".meta', its graph, is missing: a checkpoint holds numbers alone. Save the model"
              + " as a SavedModel, or copy the .meta file");
    }
    Path file = inside.file(prefix + META);
    WireBudget budget = new WireBudget(path, inside.size(file), options.limits());
    MetaGraph meta =
        MetaGraph.read(WireMessage.of(WireMessage.read(file, budget), budget, "MetaGraphDef"));
    Optional<Path> variables =
        meta.hasVariables()
            ? VariableFiles.prefix(inside, folder, prefix, options.limits())
            : Optional.empty();
    ModelFiles files = new ModelFiles(variables, Map.of(), inside.bytes());
    if (options.outputs().isEmpty() && !meta.signatures().isEmpty()) {
      return ModelGraph.withSignatures(name(), path, options, meta, files, budget);
    }
    List<String> outputs =
        options.outputs().isEmpty() ? ends(path, meta.graph(), options) : options.outputs();
    return ModelGraph.withOutputs(name(), path, options, meta, files, budget, outputs);
  }

  private static GraphCheck reach(DefinedGraph graph, LoadOptions options, List<String> outputs) {
    GraphCheck reach = new GraphCheck(graph, options.allowUnsafe(), options.limits(), Map.of());
    reach.followScoring(outputs, Set.of());
    return reach;
  }

  private static List<String> ends(Path path, DefinedGraph graph, LoadOptions options) {
    List<String> outputs = new ArrayList<>();
    for (String end : UnreadTensors.ends(graph)) {
      GraphCheck reach = reach(graph, options, List.of(end));
      Set<String> assigning = new HashSet<>(reach.operations().keySet());
      assigning.removeIf(operation -> !operation.startsWith("Assign"));
      if (reach.findings().isEmpty()
          && assigning.isEmpty()
          && !UnreadTensors.placeholders(graph, reach.kept()).isEmpty()) {
        outputs.add(end);
      }
    }
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "The checkpoint "
              + path
              + " does not say what its outputs are. Name them, with withOutputs.");
    }
    return outputs;
  }

  private static String latest(ModelFolder inside, Path folder) throws IOException {
    if (inside.has("checkpoint")) {
      Path file = inside.file("checkpoint");
      if (inside.size(file) > MOST_LATEST_BYTES) {
        throw refused(folder, Finding.Kind.SIZE, "its file 'checkpoint' is no short text");
      }
      Matcher matcher = LATEST.matcher(Files.readString(file));
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    Set<String> metas = new LinkedHashSet<>();
    for (String entry : ModelLook.at(folder).entries()) {
      if (entry.endsWith(META)) {
        metas.add(entry);
      }
    }
    if (metas.size() == 1) {
      return metas.iterator().next();
    }
    throw new IllegalArgumentException(
        "The folder "
            + folder
            + " has several checkpoints, "
            + metas
            + ", and no file 'checkpoint' that names the latest. Name one.");
  }

  private static RefusedModelException refused(Path path, Finding.Kind kind, String text) {
    return new RefusedModelException(path, List.of(new Finding(kind, text)));
  }
}
