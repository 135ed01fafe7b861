package io.kindling.spark.frame;

import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.input.Device;
import io.kindling.spark.job.Executors;
import io.kindling.spark.predict.ExecutorModel;
import io.kindling.spark.predict.ModelFiles;
import io.kindling.tensorflow.GraphProgram;
import io.kindling.tensorflow.ProgramSketch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import scala.reflect.ClassTag$;

/**
 * What a {@link TensorFrame} computes: a graph of TensorFlow's operations, or a model in a file,
 * and which columns feed it. Immutable.
 *
 * <pre>{@code
 * TensorProgram.of(
 *     g ->
 *         g.output("z", g.tf().math.add(g.column("x", TFloat64.class), g.tf().constant(3.0))));
 * TensorProgram.ofModel("hdfs:///models/scores.onnx").withInput("features", "measured");
 * }</pre>
 *
 * <p>An input is fed by the column of its name, or by the one that {@link #withInput} names; an
 * output becomes the column of its name, or of the one that {@link #withOutput} gives it. Nothing
 * is cast unless {@link #withCast} says so.
 */
public final class TensorProgram {

  /** Where its graph comes from. */
  private interface Source {
    Resolved resolve(SparkContext context, List<TensorType> columns);
  }

  /**
   * A program whose inputs and outputs are known, on its way to the executors.
   *
   * @param signature all it takes and gives
   */
  record Resolved(ExecutorModel model, ModelSignature signature) {}

  private final Source source;
  private final Map<String, String> inputs;
  private final Map<String, String> outputs;
  private final Set<String> casts;
  private final Set<String> binaries;

  private TensorProgram(
      Source source,
      Map<String, String> inputs,
      Map<String, String> outputs,
      Set<String> casts,
      Set<String> binaries) {
    this.source = source;
    this.inputs = inputs;
    this.outputs = outputs;
    this.casts = casts;
    this.binaries = binaries;
  }

  private static TensorProgram of(Source source) {
    return new TensorProgram(source, Map.of(), Map.of(), Set.of(), Set.of());
  }

  /**
   * A program drawn over a frame's columns. The function is called once for each operation of a
   * frame that the program is given to, on the driver.
   */
  public static TensorProgram of(Consumer<ProgramSketch> draw) {
    return of(
        (context, columns) -> {
          ExecutorEngine.unpackLibrary();
          return DrawnProgram.of(GraphProgram.of(draw, columns), context);
        });
  }

  /** A program that has been drawn. */
  public static TensorProgram of(GraphProgram program) {
    return of(
        (context, columns) -> {
          ExecutorEngine.unpackLibrary();
          return DrawnProgram.of(program, context);
        });
  }

  /**
   * A SavedModel, a frozen graph or an ONNX file, by its default signature.
   *
   * @param path on any Hadoop file system that every executor reads
   * @param graphOutputs tensors of a frozen graph to take for its outputs, such as {@code
   *     dense/Softmax:0}; what no other operation reads where none are named
   * @throws io.kindling.predict.RefusedModelException where a frame's operation is called, if the
   *     model is refused
   */
  public static TensorProgram ofModel(String path, String... graphOutputs) {
    List<String> named = List.of(graphOutputs);
    return of(
        (context, columns) -> {
          ExecutorEngine.unpackLibrary();
          ModelFiles.Described described =
              ModelFiles.describe(path, settings(named, 0), context.hadoopConfiguration());
          return new Resolved(
              ModelFiles.of(described, settings(named, Executors.mostCores(context)), context),
              described.description().defaultSignature());
        });
  }

  private static ModelFiles.Settings settings(List<String> graphOutputs, int threads) {
    return new ModelFiles.Settings(List.of(), graphOutputs, List.of(), threads, Device.CPU);
  }

  /** The same program with a column that feeds an input of another name. */
  public TensorProgram withInput(String input, String column) {
    Map<String, String> all = new LinkedHashMap<>(inputs);
    all.put(input, column);
    return new TensorProgram(source, all, outputs, casts, binaries);
  }

  /**
   * The same program with an output as a column of another name. Outputs that are not named so keep
   * their names.
   */
  public TensorProgram withOutput(String output, String column) {
    Map<String, String> all = new LinkedHashMap<>(outputs);
    all.put(output, column);
    return new TensorProgram(source, inputs, all, casts, binaries);
  }

  /**
   * The same program where numbers of columns are cast to what their inputs take: floating-point
   * inputs take any number, rounded; others whole numbers within their range.
   */
  public TensorProgram withCast(String... columns) {
    Set<String> all = new TreeSet<>(casts);
    all.addAll(List.of(columns));
    return new TensorProgram(source, inputs, outputs, all, binaries);
  }

  /**
   * The same program where new columns of strings are binary, with their bytes as they are. Others
   * are texts, and must be UTF-8.
   */
  public TensorProgram withBinary(String... columns) {
    Set<String> all = new TreeSet<>(binaries);
    all.addAll(List.of(columns));
    return new TensorProgram(source, inputs, outputs, casts, all);
  }

  /**
   * The program's inputs and outputs.
   *
   * @param columns what a drawing can read
   */
  Resolved resolve(SparkContext context, List<TensorType> columns) {
    return source.resolve(context, columns);
  }

  Map<String, String> inputs() {
    return inputs;
  }

  Map<String, String> outputs() {
    return outputs;
  }

  Set<String> casts() {
    return casts;
  }

  Set<String> binaries() {
    return binaries;
  }

  /** A drawn program as executors load it. Equal programs are one model of an executor. */
  private record DrawnProgram(
      String fingerprint,
      String label,
      org.apache.spark.broadcast.Broadcast<GraphProgram> program,
      int threads)
      implements ExecutorModel {

    private static final long serialVersionUID = 1;

    static Resolved of(GraphProgram program, SparkContext context) {
      ModelDescription description;
      try (LoadedModel look = program.load(LoadOptions.defaults())) {
        description = look.description();
      }
      ExecutorModel model =
          new DrawnProgram(
              program.fingerprint(),
              "of " + program.outputs().keySet(),
              context.broadcast(program, ClassTag$.MODULE$.apply(GraphProgram.class)),
              Executors.mostCores(context));
      return new Resolved(model, description.defaultSignature());
    }

    @Override
    public String id() {
      return "kindling-program-" + fingerprint + "-" + threads;
    }

    @Override
    public LoadedModel load() {
      ExecutorEngine.unpackLibrary();
      return program.value().load(LoadOptions.defaults().withThreads(threads));
    }
  }
}
