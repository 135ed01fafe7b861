package io.kindling.tensorflow.savedmodel;

import io.kindling.network.Network;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensorflow.ScoringGraph;
import io.kindling.tensorflow.TensorFlowEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TFloat32;

/**
 * Writes a trained network as a SavedModel: tag {@code serve}, signature {@code serving_default}
 * with the network's own names for inputs and outputs, any number of rows, layers in scoring mode.
 */
public final class SavedModelExport {

  private static final String SIGNATURE = "serving_default";
  private static final String GRAPH_FILE = "saved_model.pb";

  private SavedModelExport() {}

  /**
   * Writes {@code saved_model.pb} and {@code variables/}. The folder is made if it is missing.
   *
   * @param parameters the flat array of the network's parameters
   * @param state the flat array of its mutable state
   * @throws IllegalArgumentException if the folder has files, or an array has not the network's
   *     size
   */
  public static void write(Path folder, Network network, float[] parameters, float[] state)
      throws IOException {
    requireSize("parameters", network.parameters(), parameters);
    requireSize("state", network.state(), state);
    requireEmpty(folder);
    List<View> views = new ArrayList<>(network.parameters().views());
    views.addAll(network.state().views());
    ScoringGraph scoring = ScoringGraph.of(network);
    VariableGraph variables = new VariableGraph(scoring, views);
    try (Graph graph = new Graph()) {
      graph.importGraphDef(variables.definition());
      try (Session session = new Session(graph, threads())) {
        assign(session, variables, network.parameters(), parameters);
        assign(session, variables, network.state(), state);
        SavedModelBundle.exporter(folder.toString())
            .withSession(session)
            .withSignature(signature(graph, scoring))
            .export();
      }
    }
    listVariables(folder.resolve(GRAPH_FILE), variables, network);
  }

  private static void requireSize(String role, ParameterLayout layout, float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "Invalid array of "
              + values.length
              + " floats: the network's "
              + role
              + " are one flat array of "
              + layout.size()
              + ".");
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new IllegalArgumentException(
            "Invalid folder " + folder + " for a SavedModel: it is not empty. Name a new one.");
      }
    }
  }

  /** The process's own number of threads, so that an export decides nothing for later engines. */
  private static ConfigProto threads() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(TensorFlowEngine.withProcessThreads().threads())
        .setInterOpParallelismThreads(1)
        .build();
  }

  private static void assign(
      Session session, VariableGraph variables, ParameterLayout layout, float[] values) {
    FloatDataBuffer flat = DataBuffers.of(values, true, false);
    for (View view : layout.views()) {
      String variable = variables.variables().get(view.name());
      long[] dimensions =
          view.spec().shape().dimensions().stream().mapToLong(Integer::longValue).toArray();
      try (TFloat32 value =
          TFloat32.tensorOf(Shape.of(dimensions), flat.slice(view.offset(), view.size()))) {
        Tensor fed = value;
        session
            .runner()
            .feed(VariableGraph.initialValue(variable), fed)
            .addTarget(VariableGraph.assignment(variable))
            .run()
            .close();
      }
    }
  }

  private static Signature signature(Graph graph, ScoringGraph scoring) {
    Signature.Builder signature =
        Signature.builder(SIGNATURE).methodName("tensorflow/serving/predict");
    scoring
        .inputs()
        .forEach((name, operation) -> signature.input(name, graph.outputOrThrow(operation)));
    scoring
        .outputs()
        .forEach((name, tensor) -> signature.output(name, graph.outputOrThrow(tensor)));
    return signature.build();
  }

  /** Names the variables in the file, as Python expects of a graph with variables. */
  private static void listVariables(Path file, VariableGraph variables, Network network)
      throws IOException {
    SavedModel.Builder model;
    try (InputStream in = Files.newInputStream(file)) {
      model = SavedModel.parseFrom(in).toBuilder();
    }
    CollectionDef.BytesList.Builder all = CollectionDef.BytesList.newBuilder();
    CollectionDef.BytesList.Builder trained = CollectionDef.BytesList.newBuilder();
    for (View view : network.parameters().views()) {
      VariableDef variable = described(variables.variables().get(view.name()), true);
      all.addValue(variable.toByteString());
      trained.addValue(variable.toByteString());
    }
    for (View view : network.state().views()) {
      all.addValue(described(variables.variables().get(view.name()), false).toByteString());
    }
    MetaGraphDef.Builder graph = model.getMetaGraphsBuilder(0);
    graph.putCollectionDef("variables", CollectionDef.newBuilder().setBytesList(all).build());
    graph.putCollectionDef(
        "trainable_variables", CollectionDef.newBuilder().setBytesList(trained).build());
    try (OutputStream out = Files.newOutputStream(file)) {
      model.build().writeTo(out);
    }
  }

  private static VariableDef described(String variable, boolean isTrained) {
    return VariableDef.newBuilder()
        .setVariableName(variable + ":0")
        .setInitialValueName(VariableGraph.initialValue(variable) + ":0")
        .setInitializerName(VariableGraph.assignment(variable))
        .setSnapshotName(VariableGraph.read(variable) + ":0")
        .setIsResource(true)
        .setTrainable(isTrained)
        .build();
  }
}
