package io.kindling.onnx;

import io.kindling.predict.Finding;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.ModelFolder;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.predict.ValueType;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A {@code ModelProto}, read and checked. For one thread.
 *
 * <p>Subgraphs (of conditions and loops) are read like graphs; functions that the model brings are
 * followed as often as they are called.
 */
final class OnnxFile {

  /** The first version that says which sets of operations a model uses. */
  private static final int FIRST_VERSION = 3;

  /** What ONNX Runtime 1.29 reads. */
  private static final int LAST_VERSION = 13;

  /** ONNX's own sets of operations, and those that ONNX Runtime's own optimizer writes. */
  private static final Set<String> DOMAINS =
      Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc");

  /** Operations of these sets that do more than compute: they load code or files. */
  private static final Set<String> REFUSED = Set.of("EPContext", "PyOp", "ATen", "ExternalOp");

  /** A function that the model brings: how many operations, and which it calls how often. */
  private static final class LocalFunction {
    private long nodes;
    private final Map<String, Integer> calls = new HashMap<>();
  }

  private final WireBudget budget;
  private final LoadOptions options;
  private final ModelFolder folder;
  private final ByteBuffer bytes;
  private final OnnxTensors tensors;
  private final SortedMap<String, Integer> operations = new TreeMap<>();
  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private final Set<String> missingDomains = new HashSet<>();
  private final Map<String, LocalFunction> functions = new HashMap<>();
  private final LocalFunction main = new LocalFunction();
  private final List<TensorType> inputs = new ArrayList<>();
  private final List<TensorType> outputs = new ArrayList<>();
  private long version;
  private String producer = "";
  private int nodes;

  private OnnxFile(ByteBuffer bytes, WireBudget budget, LoadOptions options, ModelFolder folder) {
    this.bytes = bytes;
    this.budget = budget;
    this.options = options;
    this.folder = folder;
    this.tensors = new OnnxTensors(budget, folder);
  }

  /**
   * Reads a file.
   *
   * @throws io.kindling.predict.RefusedModelException if it is damaged, exceeds the limits, or
   *     names files outside of its folder
   */
  static OnnxFile read(Path path, LoadOptions options) throws IOException {
    // The file is what was named, wherever a link leads; what belongs to it lies beside the name.
    ModelFolder folder = ModelFolder.of(path, options.limits());
    Path real = path.toRealPath();
    ModelFolder own = ModelFolder.of(real, options.limits());
    own.file(real.getFileName().toString());
    WireBudget budget = new WireBudget(path, own.bytes(), options.limits());
    ByteBuffer bytes = WireMessage.read(real, budget);
    OnnxFile file = new OnnxFile(bytes, budget, options, folder);
    try {
      // Local functions are known before the graph that calls them is read.
      file.readFunctions(WireMessage.of(bytes, budget, "ModelProto"));
      file.readModel(WireMessage.of(bytes, budget, "ModelProto"));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return file;
  }

  private void readFunctions(WireMessage model) {
    while (model.next()) {
      if (model.field() == 25) {
        String domain = "";
        String name = "";
        String overload = "";
        WireMessage function = model.message("FunctionProto");
        while (function.next()) {
          switch (function.field()) {
            case 1 -> name = function.text();
            case 10 -> domain = function.text();
            case 13 -> overload = function.text();
            default -> {}
          }
        }
        String key = key(domain, name, overload);
        if (functions.put(key, new LocalFunction()) != null) {
          throw budget.refused(
              Finding.Kind.CONTENT, "it has two functions '" + Finding.clipped(key) + "'");
        }
      }
    }
  }

  private static String key(String domain, String name, String overload) {
    return (domain.equals("ai.onnx") ? "" : domain)
        + ":"
        + name
        + (overload.isEmpty() ? "" : ":" + overload);
  }

  private void readModel(WireMessage model) {
    String producerVersion = "";
    boolean hasGraph = false;
    boolean hasSets = false;
    while (model.next()) {
      switch (model.field()) {
        case 1 -> version = model.number();
        case 2 -> producer = Finding.clipped(model.text());
        case 3 -> producerVersion = Finding.clipped(model.text());
        case 7 -> {
          hasGraph = true;
          readGraph(model.message("GraphProto"), main, true);
        }
        case 8 -> hasSets = true;
        case 25 -> readFunction(model.message("FunctionProto"));
        default -> {}
      }
    }
    if (!producerVersion.isEmpty()) {
      producer += " " + producerVersion;
    }
    if (version < FIRST_VERSION || version > LAST_VERSION || !hasSets) {
      find(
          Finding.Kind.VERSION,
          "it has IR version %d%s; ONNX Runtime reads %d to %d. Load it in Python with the onnx package and write it again with onnx.version_converter.convert_version"
              .formatted(
                  version,
                  hasSets ? "" : " and names no set of operations",
                  FIRST_VERSION,
                  LAST_VERSION));
    }
    if (!hasGraph) {
      find(Finding.Kind.CONTENT, "it holds no graph");
    }
    checkCalls();
  }

  private void readFunction(WireMessage function) {
    String domain = "";
    String name = "";
    String overload = "";
    LocalFunction read = new LocalFunction();
    while (function.next()) {
      switch (function.field()) {
        case 1 -> name = function.text();
        case 7 -> readNode(function.message("NodeProto"), read);
        case 10 -> domain = function.text();
        case 11 -> readAttribute(function.message("AttributeProto"), read);
        case 13 -> overload = function.text();
        default -> {}
      }
    }
    functions.put(key(domain, name, overload), read);
  }

  private void readGraph(WireMessage graph, LocalFunction within, boolean isMain) {
    Set<String> initializers = new HashSet<>();
    List<WireMessage> typed = new ArrayList<>();
    List<WireMessage> outputMessages = new ArrayList<>();
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> readNode(graph.message("NodeProto"), within);
        case 5 -> initializers.add(tensors.read(graph.message("TensorProto")));
        case 15 -> tensors.readSparse(graph.message("SparseTensorProto"));
        case 11 -> typed.add(graph.message("ValueInfoProto"));
        case 12 -> outputMessages.add(graph.message("ValueInfoProto"));
        default -> {}
      }
      if (typed.size() + outputMessages.size() > options.limits().nodes()) {
        throw budget.refused(
            Finding.Kind.COUNT, "the graph has more inputs and outputs than operations may be");
      }
    }
    if (isMain) {
      for (WireMessage each : typed) {
        readValue(each, "input")
            .filter(type -> !initializers.contains(type.name()))
            .ifPresent(this::addInput);
      }
      for (WireMessage each : outputMessages) {
        readValue(each, "output").ifPresent(outputs::add);
      }
    }
  }

  private void addInput(TensorType input) {
    if (OnnxTypes.javaType(input.type()).isEmpty()) {
      find(
          Finding.Kind.SHAPE,
          "input '%s' is of %s, which ONNX Runtime's Java interface does not make. Give the model an input of int64, and cast it there"
              .formatted(Finding.clipped(input.name()), input.type()));
    }
    inputs.add(input);
  }

  private void readNode(WireMessage node, LocalFunction within) {
    nodes++;
    if (nodes > options.limits().nodes()) {
      throw budget.refused(
          Finding.Kind.COUNT,
          "the graph has more than %d operations (limit 'nodes')"
              .formatted(options.limits().nodes()));
    }
    String name = "";
    String operation = "";
    String domain = "";
    String overload = "";
    while (node.next()) {
      switch (node.field()) {
        case 3 -> name = node.text();
        case 4 -> operation = node.text();
        case 5 -> readAttribute(node.message("AttributeProto"), within);
        case 7 -> domain = node.text();
        case 8 -> overload = node.text();
        default -> {}
      }
    }
    within.nodes++;
    String key = key(domain, operation, overload);
    if (functions.containsKey(key)) {
      within.calls.merge(key, 1, Integer::sum);
    } else {
      checkOperation(name, operation, domain);
    }
    operations.merge(
        domain.isEmpty() || domain.equals("ai.onnx") ? operation : domain + "." + operation,
        1,
        Integer::sum);
  }

  private void checkOperation(String name, String operation, String domain) {
    if (options.allowUnsafe().contains(operation)) {
      return;
    }
    String what = "operation '" + Finding.clipped(name) + "' (" + Finding.clipped(operation) + ")";
    if (!DOMAINS.contains(domain)) {
      if (missingDomains.add(domain)) {
        find(
            Finding.Kind.OPERATION,
            what
                + " is of the set '"
                + Finding.clipped(domain)
                + "', which is none of ONNX's own: it needs a library of its own. Export the model"
                + " without custom operations");
      }
    } else if (REFUSED.contains(operation)) {
      find(
          Finding.Kind.OPERATION,
          what
              + " loads files or code. If you would run a program of whoever made the model, allow"
              + " it by name: allowUnsafe \""
              + Finding.clipped(operation)
              + "\"");
    }
  }

  private void readAttribute(WireMessage attribute, LocalFunction within) {
    boolean hasTensor = false;
    while (attribute.next()) {
      switch (attribute.field()) {
        case 5, 22 -> {
          // Protobuf joins tensors that are given twice, into one that nobody has checked.
          if (hasTensor) {
            throw budget.refused(Finding.Kind.CONTENT, "an attribute has two values");
          }
          hasTensor = true;
          if (attribute.field() == 5) {
            tensors.read(attribute.message("TensorProto"));
          } else {
            tensors.readSparse(attribute.message("SparseTensorProto"));
          }
        }
        case 10 -> tensors.read(attribute.message("TensorProto"));
        case 6, 11 -> readGraph(attribute.message("GraphProto"), within, false);
        case 23 -> tensors.readSparse(attribute.message("SparseTensorProto"));
        default -> {}
      }
    }
  }

  private Optional<TensorType> readValue(WireMessage value, String role) {
    String name = "";
    int type = -1;
    Optional<List<Long>> dimensions = Optional.empty();
    while (value.next()) {
      if (value.field() == 1) {
        name = value.text();
      } else if (value.field() == 2) {
        WireMessage kinds = value.message("TypeProto");
        while (kinds.next()) {
          if (kinds.field() == 1) {
            WireMessage tensor = kinds.message("TypeProto.Tensor");
            while (tensor.next()) {
              if (tensor.field() == 1) {
                type = (int) tensor.number();
              } else if (tensor.field() == 2) {
                dimensions = Optional.of(readDimensions(tensor.message("TensorShapeProto")));
              }
            }
          }
        }
      }
    }
    Optional<ValueType> known = OnnxTypes.valueType(type);
    if (known.isEmpty()) {
      find(
          role.equals("input") ? Finding.Kind.SHAPE : Finding.Kind.NOTE,
          "%s '%s' is %s, which no value can be"
              .formatted(
                  role,
                  Finding.clipped(name),
                  type < 0 ? "no tensor" : "of " + OnnxTypes.name(type)));
      return Optional.empty();
    }
    return Optional.of(new TensorType(name, known.get(), dimensions));
  }

  private static List<Long> readDimensions(WireMessage shape) {
    List<Long> dimensions = new ArrayList<>();
    while (shape.next()) {
      if (shape.field() == 1) {
        long size = TensorType.FREE;
        WireMessage dimension = shape.message("Dimension");
        while (dimension.next()) {
          if (dimension.field() == 1) {
            size = Math.max(dimension.number(), TensorType.FREE);
          }
        }
        dimensions.add(size);
      }
    }
    return dimensions;
  }

  /** Counts operations as often as functions are called, and refuses those that call themselves. */
  private void checkCalls() {
    long total = expanded("", main, new HashMap<>(), new HashSet<>(), 1);
    if (total > options.limits().nodes()) {
      find(
          Finding.Kind.COUNT,
          "functions that call functions make more than %d operations of the graph (limit 'nodes')"
              .formatted(options.limits().nodes()));
    }
  }

  private long expanded(
      String key, LocalFunction function, Map<String, Long> known, Set<String> open, int depth) {
    Long counted = known.get(key);
    if (counted != null) {
      return counted;
    }
    if (depth > options.limits().depth() || !open.add(key)) {
      find(
          Finding.Kind.DEPTH,
          depth > options.limits().depth()
              ? "functions call each other more than %d deep (limit 'depth')"
                  .formatted(options.limits().depth())
              : "function '" + Finding.clipped(key) + "' calls itself");
      return 0;
    }
    long total = function.nodes;
    for (Map.Entry<String, Integer> call : function.calls.entrySet()) {
      long each = expanded(call.getKey(), functions.get(call.getKey()), known, open, depth + 1);
      total =
          each > Long.MAX_VALUE / 2 / call.getValue() || total > Long.MAX_VALUE / 2
              ? Long.MAX_VALUE / 2
              : total + each * call.getValue();
    }
    open.remove(key);
    known.put(key, total);
    return total;
  }

  private void find(Finding.Kind kind, String text) {
    if (findings.size() < 20) {
      findings.putIfAbsent(text, new Finding(kind, text));
    }
  }

  /** The file as it was checked. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /** Whether tensors lie in files beside it. */
  boolean hasExternalData() {
    return tensors.lieOutside();
  }

  /** What refuses the model, at most twenty; and notes. */
  List<Finding> findings() {
    return List.copyOf(findings.values());
  }

  String producer() {
    return producer;
  }

  SortedMap<String, Integer> operations() {
    return operations;
  }

  /** Bytes of the file and of those beside it that hold its tensors. */
  long size() {
    return bytes.capacity() + folder.bytes();
  }

  /** The one way to call it. */
  ModelSignature signature() {
    return new ModelSignature(ModelSignature.DEFAULT, inputs, outputs);
  }
}
