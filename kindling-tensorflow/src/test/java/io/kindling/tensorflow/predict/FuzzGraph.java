package io.kindling.tensorflow.predict;

import io.kindling.predict.LoadOptions;
import io.kindling.predict.ModelLimits;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fuzz target: any bytes as a frozen graph, read, followed and cut as it would be for TensorFlow.
 */
public final class FuzzGraph {

  private FuzzGraph() {}

  /** Reads the graph; lets out what is not documented. */
  public static void fuzzerTestOneInput(byte[] data) {
    ModelLimits limits = LoadOptions.defaults().limits();
    WireBudget budget = new WireBudget(Path.of("fuzz"), data.length, limits);
    try {
      DefinedGraph graph =
          DefinedGraph.read(WireMessage.of(ByteBuffer.wrap(data), budget, "GraphDef"));
      List<String> ends = UnreadTensors.ends(graph);
      GraphCheck check = new GraphCheck(graph, Set.of(), limits, Map.of());
      check.followScoring(ends, Set.of());
      check.followLoading(ends);
      UnreadTensors.placeholders(graph, check.kept());
      check.leftOut();
      if (check.findings().isEmpty()) {
        PrunedGraph.of(graph, check, Map.of(), budget);
      }
    } catch (RefusedModelException e) {
      return;
    }
  }
}
