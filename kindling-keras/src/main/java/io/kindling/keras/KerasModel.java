package io.kindling.keras;

import io.kindling.keras.LayerWeights.Target;
import io.kindling.keras.LayerWeights.Use;
import io.kindling.keras.StoredWeights.Found;
import io.kindling.model.Provenance;
import io.kindling.model.TrainedModel;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads models that Keras has saved: {@code .keras} files of Keras 3, and {@code .h5} files of
 * Keras 2 and 3, sequential and functional, models inside models included. What comes out is an
 * ordinary network of layers with its numbers, float32: it scores, trains further and is saved like
 * any other. Which layers and options are known stands in {@code docs/models.md}.
 *
 * <p>Inputs and outputs have the names of Keras's layers. Layers have them too; those inside a
 * model in a model have the outer one's name before theirs, {@code encoder.conv1}, and where one
 * layer becomes several, the others' names go on behind it, {@code conv1_padding}.
 *
 * <p>A file is never trusted. Sizes, depths and names are checked before memory is taken for them,
 * code in it is not run, and a model that we do not have all parts of is refused with all of them
 * named.
 */
public final class KerasModel {

  /** Where the provenance says which Keras has written the file. */
  static final String SOURCE_FORMAT = "source.format";

  private KerasModel() {}

  /**
   * Reads a model whose file states the shapes of rows, but for the batch.
   *
   * @throws IOException if the file is no such file, damaged or hostile; the message says what of
   *     it
   * @throws IllegalArgumentException if it holds something that we do not; the message names every
   *     layer and option
   */
  public static TrainedModel read(Path file) throws IOException {
    return read(file, Map.of());
  }

  /**
   * Reads a model that leaves sizes free, such as the number of steps.
   *
   * @param rows whole shapes of rows, by the names of the inputs that leave sizes free
   * @throws IOException as {@link #read(Path)}
   * @throws IllegalArgumentException as {@link #read(Path)}, or if a shape does not suit its input
   */
  public static TrainedModel read(Path file, Map<String, Shape> rows) throws IOException {
    return read(file, rows, new Findings(file));
  }

  /** Reads; what refuses the model is among the findings afterwards, if it is of its parts. */
  static TrainedModel read(Path file, Map<String, Shape> rows, Findings findings)
      throws IOException {
    try (KerasFile opened = KerasFile.open(file)) {
      KerasGraph graph =
          new KerasGraph.Reader(findings, opened.isOfKeras2()).read(opened.configuration());
      long room = opened.weights().bytes() / Float.BYTES;
      Assembly.Built built = new Assembly(findings, rows, Map.of(), room).of(graph);
      List<Found> found = opened.weights().find(built.weights(), findings);
      findings.throwIfAny();
      Map<String, float[]> constants = constants(opened.weights(), found);
      if (!constants.isEmpty()) {
        built = new Assembly(findings, rows, constants, room).of(graph);
      }
      return filled(opened, built, found);
    }
  }

  private static Map<String, float[]> constants(StoredWeights weights, List<Found> found)
      throws IOException {
    Map<String, float[]> constants = new HashMap<>();
    for (Found each : found) {
      for (Target target : each.array().targets()) {
        if (target.use() == Use.CONSTANT) {
          float[] values = new float[target.length()];
          weights.copy(each, target.from(), values, 0, target.length());
          constants.put(target.name(), values);
        }
      }
    }
    return constants;
  }

  private static TrainedModel filled(KerasFile file, Assembly.Built built, List<Found> found)
      throws IOException {
    ParameterLayout parameters = built.network().parameters();
    ParameterLayout state = built.network().state();
    refuseMoreThanTheFileHas(file, built, parameters);
    float[] numbers = new float[parameters.size()];
    float[] moving = new float[state.size()];
    Set<String> written = new HashSet<>();
    for (Found each : found) {
      for (Target target : each.array().targets()) {
        if (target.use() != Use.CONSTANT) {
          boolean isState = target.use() == Use.STATE;
          View view = (isState ? state : parameters).view(target.name());
          file.weights()
              .copy(
                  each, target.from(), isState ? moving : numbers, view.offset(), target.length());
          written.add(target.name());
        }
      }
    }
    for (Map.Entry<String, Float> fill : built.fills().entrySet()) {
      View view = parameters.view(fill.getKey());
      Arrays.fill(numbers, view.offset(), view.offset() + view.size(), fill.getValue());
      written.add(fill.getKey());
    }
    requireAll(parameters, written);
    requireAll(state, written);
    return new TrainedModel(
        built.network(),
        numbers,
        moving,
        Provenance.ofThisJvm()
            .with("source", String.valueOf(file.file().getFileName()))
            .with(SOURCE_FORMAT, "Keras " + file.version()));
  }

  /** Numbers come from the file, so there cannot be more of them than the file has room for. */
  private static void refuseMoreThanTheFileHas(
      KerasFile file, Assembly.Built built, ParameterLayout parameters) throws IOException {
    long fills =
        built.fills().keySet().stream().mapToLong(name -> parameters.view(name).size()).sum();
    if (parameters.count() - fills > file.weights().bytes() / Float.BYTES) {
      throw new IOException(
          "Failed to read "
              + file.file()
              + ": its configuration has "
              + parameters.count()
              + " parameters, but the file has "
              + file.weights().bytes()
              + " bytes.");
    }
  }

  private static void requireAll(ParameterLayout layout, Set<String> written) {
    for (View view : layout.views()) {
      if (!written.contains(view.name())) {
        throw new IllegalStateException("The file's arrays left '" + view.name() + "' empty.");
      }
    }
  }
}
