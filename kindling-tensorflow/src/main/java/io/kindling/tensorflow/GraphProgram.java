package io.kindling.tensorflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kindling.file.TemporaryFolder;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.Models;
import io.kindling.predict.TensorType;
import io.kindling.predict.ValueType;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.family.TType;

/**
 * A small graph of TensorFlow's operations that computes values of values: no parameters, no loss.
 *
 * <pre>{@code
 * GraphProgram.of(
 *     g -> {
 *       Operand<TFloat64> x = g.placeholder("x", TFloat64.class, -1);
 *       g.output("z", g.tf().math.add(x, g.tf().constant(3.0)));
 *     });
 * }</pre>
 *
 * <p>The program is the graph, not the lambda: it can be sent anywhere. It is loaded through the
 * one door for models, so that operations which touch files, the network or host code are refused.
 *
 * @param definition a serialized {@code GraphDef}; not to be written to
 * @param inputs names of the graph's placeholders, by what the program calls them
 * @param outputs names of the graph's operations, by what the program calls them
 */
public record GraphProgram(
    byte[] definition, Map<String, String> inputs, Map<String, String> outputs)
    implements Serializable {

  private static final long serialVersionUID = 1;

  public GraphProgram {
    inputs = Map.copyOf(inputs);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** A program without columns of its own: all its placeholders state their shapes. */
  public static GraphProgram of(Consumer<ProgramSketch> draw) {
    return of(draw, List.of());
  }

  /**
   * The program that a function draws. The function is called once and not kept.
   *
   * @param columns what {@link ProgramSketch#column} knows
   * @throws IllegalArgumentException if it has no output, or an input that no output depends on
   */
  public static GraphProgram of(Consumer<ProgramSketch> draw, List<TensorType> columns) {
    NativeLibrary.prepare();
    try (Graph graph = new Graph()) {
      Sketch sketch = new Sketch(Ops.create(graph), columns);
      draw.accept(sketch);
      if (sketch.outputs.isEmpty()) {
        throw new IllegalArgumentException(
            "The program gives nothing. Name at least one value: output(name, value).");
      }
      sketch.requireReadInputs();
      return new GraphProgram(
          graph.toGraphDef().toByteArray(), sketch.inputNames, sketch.outputNames);
    }
  }

  /** Tells the program from all others. */
  public String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(definition);
      digest.update((inputs + "→" + outputs).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Java has no SHA-256", e);
    }
  }

  /**
   * Loads the program; the caller closes it.
   *
   * @throws io.kindling.predict.RefusedModelException if it holds operations that do more than
   *     compute
   */
  public LoadedModel load(LoadOptions options) {
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      Path file = folder.path().resolve("program.pb");
      Files.write(file, definition);
      LoadedModel graph =
          Models.load(file, options.withOutputs(outputs.values().toArray(String[]::new)));
      return new NamedModel(graph, inputs, outputs);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to load a program: " + e.getMessage(), e);
    }
  }

  /** Collects what a drawing function asks for. */
  private static final class Sketch implements ProgramSketch {

    private final Ops tf;
    private final Map<String, TensorType> columns = new LinkedHashMap<>();
    private final Map<String, Operand<?>> inputs = new LinkedHashMap<>();
    private final Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    private final Map<String, String> inputNames = new LinkedHashMap<>();
    private final Map<String, String> outputNames = new LinkedHashMap<>();

    Sketch(Ops tf, List<TensorType> columns) {
      this.tf = tf;
      columns.forEach(column -> this.columns.put(column.name(), column));
    }

    @Override
    public Ops tf() {
      return tf;
    }

    @Override
    public <T extends TType> Operand<T> column(String name, Class<T> type) {
      TensorType column = columns.get(name);
      if (column == null) {
        throw new IllegalArgumentException(
            "There is no column '%s' for the program. It can read %s; state the shape of any other value: placeholder(name, type, dimensions)."
                .formatted(name, columns.values()));
      }
      int asked = Operands.toDataType(type).getNumber();
      if (NativeValues.of(column.type()).getNumber() != asked) {
        throw new IllegalArgumentException(
            "Column %s is read as elements of %s. Read it as what it is, and cast in the program with dtypes.cast, or cast the column before."
                .formatted(
                    column, NativeValues.valueType(asked).map(Object::toString).orElse("?")));
      }
      Operand<?> known = inputs.get(name);
      return known == null ? add(name, type, shape(column)) : known.asOutput().expect(type);
    }

    private static org.tensorflow.ndarray.Shape shape(TensorType column) {
      return column
          .dimensions()
          .map(all -> all.stream().mapToLong(Long::longValue).toArray())
          .map(org.tensorflow.ndarray.Shape::of)
          .orElseGet(org.tensorflow.ndarray.Shape::unknown);
    }

    @Override
    public <T extends TType> Operand<T> placeholder(
        String name, Class<T> type, long... dimensions) {
      if (inputs.containsKey(name)) {
        throw new IllegalArgumentException(
            "Invalid program: two placeholders are named '" + name + "'. Keep the first.");
      }
      return add(name, type, org.tensorflow.ndarray.Shape.of(dimensions));
    }

    private <T extends TType> Operand<T> add(
        String name, Class<T> type, org.tensorflow.ndarray.Shape shape) {
      // Names of columns may hold what names of operations may not.
      String operation = "kindling_input_" + inputs.size();
      Operand<T> placeholder = tf.withName(operation).placeholder(type, Placeholder.shape(shape));
      valueType(placeholder, name);
      inputs.put(name, placeholder);
      inputNames.put(name, operation);
      return placeholder;
    }

    private static ValueType valueType(Operand<?> operand, String name) {
      int code = operand.asOutput().dataType().getNumber();
      Optional<ValueType> type = NativeValues.valueType(code);
      return type.orElseThrow(
          () ->
              new IllegalArgumentException(
                  "Unsupported element type %s of '%s'. Only the following types are: %s."
                      .formatted(
                          operand.asOutput().dataType(), name, List.of(ValueType.values()))));
    }

    @Override
    public void output(String name, Operand<?> value) {
      valueType(value, name);
      if (outputs.putIfAbsent(name, value) != null) {
        throw new IllegalArgumentException(
            "Invalid program: two outputs are named '" + name + "'. Outputs need unique names.");
      }
      String operation = "kindling_output_" + outputNames.size();
      tf.withName(operation).identity(value);
      outputNames.put(name, operation);
    }

    private void requireReadInputs() {
      Set<String> read = new HashSet<>();
      Deque<Operand<?>> open = new ArrayDeque<>(outputs.values());
      while (!open.isEmpty()) {
        GraphOperation operation = (GraphOperation) open.poll().op();
        if (read.add(operation.name())) {
          operation.inputs().forEach(open::add);
        }
      }
      List<String> unread =
          inputs.keySet().stream().filter(name -> !read.contains(inputNames.get(name))).toList();
      if (!unread.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid program: no output depends on the placeholders %s. Leave them out."
                .formatted(unread));
      }
    }
  }
}
