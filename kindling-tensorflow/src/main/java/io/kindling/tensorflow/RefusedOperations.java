package io.kindling.tensorflow;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Operations that no network may have: those that touch files, the network or host code, and those
 * that keep state between runs. A graph that somebody sends is a program. This is a list of what is
 * known, not a proof that the rest is harmless: take graphs from those whose programs you would
 * run.
 */
final class RefusedOperations {

  private static final Pattern REFUSED =
      Pattern.compile(
          String.join(
              "|",
              // files and logs
              "ReadFile|WriteFile|MatchingFiles|ImmutableConst|Asset",
              "(Save|Restore|MergeV2Checkpoints|CheckpointHasKey|LoadAndRemapMatrix).*",
              "GenerateVocabRemapping|InitializeTableFromTextFile.*|.*FilenameDirectory.*",
              ".*Reader.*|.*Dataset.*|.*Iterator.*|.*Summary.*|Print.*|LogicalDevice.*",
              "Dump.*|Debug.*|CopyHost|Copy|Audio.*File.*|.*TFRecord.*|SdcaFprint.*",
              ".*CandidateSampler|DecodeProto.*|EncodeProto.*|Skipgram",
              // the process itself, and other ones
              "Abort|BatchFunction|Batch|Unbatch.*",
              "_?(Host)?(Send|Recv).*|Rpc.*|TryRpc|RemoteCall|Remote.*|Collective.*|Nccl.*",
              "DataService.*|RegisterDataset.*|Worker.*|Bigtable.*|BigQuery.*|Kafka.*|Cloud.*",
              "Configure.*Distributed.*|.*TPU.*|Tpu.*|DistributedSave.*",
              // host code
              "PyFunc.*|EagerPyFunc|.*PyFunc.*|XlaLaunch.*|XlaHost.*|TRTEngine.*|TfLite.*",
              "Mlir.*|.*CustomCall.*|CompileAndRun.*|_XlaRun.*|_XlaCompile.*|JitFuse.*",
              // state of its own
              "Variable|VariableV2|TemporaryVariable|VarHandleOp|_VarHandlesOp|AutoReloadVariable",
              "Assign.*|ResourceApply.*|Apply[A-Z].*|ResourceScatter.*|.*Table.*|.*Queue.*|(Stack|StackPush|StackPop|StackClose)(V2)?",
              ".*Barrier.*|.*Stage.*|.*Unstage.*|.*Mutex.*|.*ConditionalAccumulator.*|Accumulator.*",
              "TensorArray.*|BoostedTrees.*|StatefulPartitionedCall|GetSessionHandle.*|GetSessionTensor"));

  private RefusedOperations() {}

  /**
   * Refuses a graph.
   *
   * @throws IllegalArgumentException naming every refused operation
   */
  static void check(GraphDef graph) {
    Set<String> refused = new TreeSet<>();
    graph.getNodeList().forEach(node -> collect(node, refused));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      function.getNodeDefList().forEach(node -> collect(node, refused));
    }
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(
          "Unsupported operations "
              + refused
              + " in a graph: they touch files, the network or host code, or keep state of their "
              + "own. A network computes outputs of rows and parameters alone; leave them out.");
    }
  }

  private static void collect(NodeDef node, Set<String> refused) {
    String operation = node.getOp();
    if (isRefused(operation)) {
      refused.add(operation);
    }
  }

  static boolean isRefused(String operation) {
    return REFUSED.matcher(operation).matches();
  }
}
