package io.kindling.tensorflow.predict;

import io.kindling.predict.Finding;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.predict.wire.WireBudget;
import io.kindling.tensorflow.LoadedGraph;
import io.kindling.tensorflow.TensorName;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;

/**
 * A graph, its files and its signatures, read and checked: what all of TensorFlow's formats come
 * to. From here on they are described and loaded alike.
 */
final class ModelGraph {

  private final String format;
  private final Path path;
  private final LoadOptions options;
  private final MetaGraph meta;
  private final ModelFiles files;
  private final WireBudget budget;
  private final List<CallableSignature> signatures;
  private final List<Finding> findings = new ArrayList<>();
  private final GraphCheck check;

  /** Names of tensors, where no signature names them: their types are asked of TensorFlow. */
  private final Map<String, String> unnamedInputs;

  private final Map<String, String> unnamedOutputs;

  private ModelGraph(
      String format,
      Path path,
      LoadOptions options,
      MetaGraph meta,
      ModelFiles files,
      WireBudget budget,
      Map<String, String> unnamedInputs,
      Map<String, String> unnamedOutputs) {
    this.format = format;
    this.path = path;
    this.options = options;
    this.meta = meta;
    this.files = files;
    this.budget = budget;
    this.unnamedInputs = unnamedInputs;
    this.unnamedOutputs = unnamedOutputs;
    SignatureReader reader =
        new SignatureReader(unnamedOutputs.isEmpty() ? meta.signatures() : Map.of());
    this.signatures = reader.callable();
    findings.addAll(reader.notes());
    this.check = new GraphCheck(meta.graph(), options.allowUnsafe(), options.limits(), origins());
    for (CallableSignature signature : signatures) {
      check.followScoring(signature.outputs().values(), signature.inputs().values());
    }
    check.followScoring(unnamedOutputs.values(), unnamedInputs.values());
    files.variables().ifPresent(prefix -> check.followLoading(List.of(restore())));
    check.followLoading(initialization());
    findings.addAll(check.findings());
    requireVariables();
    noteWhatIsLeftOut();
  }

  /** A graph whose signatures are written beside it. */
  static ModelGraph withSignatures(
      String format,
      Path path,
      LoadOptions options,
      MetaGraph meta,
      ModelFiles files,
      WireBudget budget) {
    return new ModelGraph(format, path, options, meta, files, budget, Map.of(), Map.of());
  }

  /**
   * A graph whose signatures are not asked for, or that has none: it gets one, of these outputs and
   * the placeholders that they need.
   *
   * @param outputs tensors, such as {@code dense/Softmax:0}
   */
  static ModelGraph withOutputs(
      String format,
      Path path,
      LoadOptions options,
      MetaGraph meta,
      ModelFiles files,
      WireBudget budget,
      List<String> outputs) {
    GraphCheck reach =
        new GraphCheck(meta.graph(), options.allowUnsafe(), options.limits(), Map.of());
    reach.followScoring(outputs, Set.of());
    return new ModelGraph(
        format,
        path,
        options,
        meta,
        files,
        budget,
        UnreadTensors.placeholders(meta.graph(), reach.kept()),
        UnreadTensors.named(outputs));
  }

  private Map<String, Origin> origins() {
    Map<String, Origin> origins = new HashMap<>();
    if (files.variables().isPresent()) {
      origins.put(operation(meta.saver().getFilenameTensorName()), Origin.VARIABLES);
    }
    files.assets().keySet().forEach(tensor -> origins.put(operation(tensor), Origin.ASSET));
    return origins;
  }

  private static String operation(String tensor) {
    return TensorName.of(tensor).operation();
  }

  private String restore() {
    return operation(meta.saver().getRestoreOpName());
  }

  private List<String> initialization() {
    return meta.initialization().stream().map(ModelGraph::operation).toList();
  }

  private void requireVariables() {
    boolean needsVariables =
        check.operations().containsKey("VarHandleOp")
            || check.operations().containsKey("VariableV2")
            || check.operations().containsKey("Variable");
    if (needsVariables && files.variables().isEmpty() && meta.initialization().isEmpty()) {
      findings.add(
          new Finding(
              Finding.Kind.PATH,
              "the graph has variables, but their files are missing. Copy the whole model"));
    }
  }

  private void noteWhatIsLeftOut() {
    Map<String, Integer> left = check.leftOut();
    if (!left.isEmpty()) {
      findings.add(
          new Finding(
              Finding.Kind.NOTE,
              "operations that no output needs are left out: "
                  + left.entrySet().stream()
                      .limit(20)
                      .map(each -> each.getValue() + " " + Finding.clipped(each.getKey()))
                      .toList()
                  + (left.size() > 20 ? " and of " + (left.size() - 20) + " other kinds" : "")));
    }
  }

  /** What the files say. TensorFlow is asked for types that they do not, once all is allowed. */
  ModelDescription describe() {
    if (unnamedOutputs.isEmpty() || findings.stream().anyMatch(Finding::refuses)) {
      return description(signatures);
    }
    try (LoadedGraph graph = open()) {
      return description(List.of(ask(graph)));
    }
  }

  private ModelDescription description(List<CallableSignature> callable) {
    return new ModelDescription(
        format,
        meta.producer(),
        callable.stream().map(CallableSignature::signature).toList(),
        check.operations(),
        files.bytes(),
        findings);
  }

  /** Loads the graph, restores its variables and initializes it. */
  LoadedModel load() {
    if (findings.stream().anyMatch(Finding::refuses)) {
      throw new RefusedModelException(path, findings);
    }
    LoadedGraph graph = open();
    try {
      files
          .variables()
          .ifPresent(
              prefix ->
                  graph.runOperations(
                      Map.of(meta.saver().getFilenameTensorName(), text(prefix)),
                      List.of(restore())));
      if (!meta.initialization().isEmpty()) {
        Map<String, TensorValue> feeds = new LinkedHashMap<>();
        files.assets().forEach((tensor, file) -> feeds.put(tensor, text(file)));
        feeds.keySet().removeIf(tensor -> !isInGraph(tensor));
        graph.runOperations(feeds, initialization());
      }
      List<CallableSignature> callable =
          unnamedOutputs.isEmpty() ? signatures : List.of(ask(graph));
      if (callable.isEmpty()) {
        throw new RefusedModelException(
            path,
            List.of(
                new Finding(
                    Finding.Kind.SHAPE, "it has no signature that can be called " + findings)));
      }
      return new TensorFlowModel(description(callable), callable, graph);
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  private boolean isInGraph(String tensor) {
    String operation = operation(tensor);
    return check.kept().contains(operation) || check.cut().contains(operation);
  }

  private static TensorValue text(Path path) {
    return TensorValue.ofStrings(List.of(path.toString()));
  }

  private LoadedGraph open() {
    List<ByteBuffer> pruned = PrunedGraph.of(meta.graph(), check, cutTypes(), budget);
    return LoadedGraph.of(
        "The model " + path,
        pruned,
        check.keepsInputs() ? LoadedGraph.Feeding.COPIED : LoadedGraph.Feeding.IN_PLACE,
        options.threads(),
        options.gpus());
  }

  /** Types of what is fed and not computed; what is fed while loading is a name of files. */
  private Map<String, DataType> cutTypes() {
    Map<String, DataType> types = new HashMap<>();
    check.cut().forEach(operation -> types.put(operation, DataType.DT_STRING));
    for (CallableSignature each : signatures) {
      each.inputs()
          .forEach(
              (name, tensor) ->
                  types.put(
                      operation(tensor),
                      meta.signatures()
                          .get(each.signature().name())
                          .getInputsOrThrow(name)
                          .getDtype()));
    }
    return types;
  }

  private CallableSignature ask(LoadedGraph graph) {
    Map<String, String> inputs = new LinkedHashMap<>();
    Map<String, String> outputs = new LinkedHashMap<>();
    return new CallableSignature(
        new ModelSignature(
            ModelSignature.DEFAULT,
            ask(graph, unnamedInputs, inputs),
            ask(graph, unnamedOutputs, outputs)),
        inputs,
        outputs);
  }

  private static List<TensorType> ask(
      LoadedGraph graph, Map<String, String> asked, Map<String, String> known) {
    List<TensorType> types = new ArrayList<>();
    asked.forEach(
        (name, tensor) -> {
          Optional<TensorType> type = graph.type(tensor, name);
          type.ifPresent(
              found -> {
                types.add(found);
                known.put(name, tensor);
              });
        });
    return types;
  }
}
