package io.kindling.tensorflow.predict;

import io.kindling.predict.Finding;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelFolder;
import io.kindling.predict.ModelFormat;
import io.kindling.predict.ModelLook;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.SaverDef;

/**
 * A {@code GraphDef} in a file, variables turned into constants. Its one signature takes all
 * placeholders that the outputs need, by their names; the outputs are those of {@link
 * LoadOptions#outputs()}, or else the operations that no other reads.
 */
public final class FrozenGraphFormat implements ModelFormat {

  /** For the service loader. */
  public FrozenGraphFormat() {}

  @Override
  public String name() {
    return "TensorFlow frozen graph";
  }

  @Override
  public boolean recognizes(ModelLook look) {
    return !look.isFolder()
        && look.head().length > 0
        && !look.isNamed("saved_model.pb")
        && (look.isNamed(".pb") ? looksLikeMessages(look.head()) : beginsWithNode(look.head()));
  }

  /** A field that holds bytes, of one of a graph's numbers. */
  private static boolean looksLikeMessages(byte[] head) {
    return head[0] == 0x0a || head[0] == 0x12 || head[0] == 0x22;
  }

  /** A node, of which the first thing written is its name. */
  private static boolean beginsWithNode(byte[] head) {
    if (head[0] != 0x0a) {
      return false;
    }
    int at = 1;
    while (at < 6 && at < head.length && head[at] < 0) {
      at++;
    }
    at++;
    return at + 2 < head.length
        && head[at] == 0x0a
        && head[at + 1] > 0
        && Character.isLetterOrDigit(head[at + 2]);
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
    // The file is what was named, wherever a link leads; nothing else belongs to it.
    Path file = path.toRealPath();
    ModelFolder inside = ModelFolder.of(file, options.limits());
    inside.file(file.getFileName().toString());
    WireBudget budget = new WireBudget(path, inside.bytes(), options.limits());
    DefinedGraph graph =
        DefinedGraph.read(WireMessage.of(WireMessage.read(file, budget), budget, "GraphDef"));
    if (graph.nodes().isEmpty()) {
      throw budget.refused(Finding.Kind.CONTENT, "the file holds no operation of a graph");
    }
    List<String> outputs =
        options.outputs().isEmpty() ? UnreadTensors.ends(graph) : options.outputs();
    if (outputs.isEmpty()) {
      throw budget.refused(
          Finding.Kind.CONTENT, "every operation of the graph is read by another: it has no end");
    }
    MetaGraph meta =
        new MetaGraph(
            Set.of(), "", graph, SaverDef.getDefaultInstance(), Map.of(), List.of(), Map.of());
    return ModelGraph.withOutputs(
        name(),
        path,
        options,
        meta,
        new ModelFiles(Optional.empty(), Map.of(), inside.bytes()),
        budget,
        outputs);
  }
}
