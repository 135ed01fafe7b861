package io.kindling.tensorflow;

import io.kindling.engine.EngineException;
import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * An objective drawn into a program's graph.
 *
 * @param scoring the network in scoring mode
 * @param trainingFetches mean loss and metric sums in one vector, then the new state, then the
 *     gradients; a sparse one is two, its rows' numbers and their values
 * @param withGradient of the arrays that the loss depends on, in the order of their gradients
 * @param evaluation loss and metrics, summed over the rows, as float64
 */
record ObjectiveGraph(
    ProgramGraph.Computed scoring,
    List<Output<?>> trainingFetches,
    List<ParameterGradient> withGradient,
    Output<?> evaluation) {
  static ObjectiveGraph draw(
      ProgramGraph graph, Objective objective, List<TensorSpec> trainingColumns) {
    addMissing(graph, trainingColumns);
    List<ParameterGradient> withGradient = new ArrayList<>();
    List<Output<?>> fetches = training(graph, objective, ProgramGraph.Mode.TRAINING, withGradient);
    ProgramGraph.Computed scoring = graph.compute(ProgramGraph.Mode.SCORING);
    Ops tf = graph.tf();
    Judged scored = judge(graph, objective, scoring);
    Operand<TFloat64> evaluation = tf.dtypes.cast(vector(tf, scored, scored.sum()), TFloat64.class);
    return new ObjectiveGraph(scoring, fetches, List.copyOf(withGradient), evaluation.asOutput());
  }

  /** What a step fetches, in a mode of training; adds the views that have a gradient. */
  private static List<Output<?>> training(
      ProgramGraph graph,
      Objective objective,
      ProgramGraph.Mode mode,
      List<ParameterGradient> withGradient) {
    ProgramGraph.Computed training = graph.compute(mode);
    Judged judged = judge(graph, objective, training);
    List<Output<?>> fetches = new ArrayList<>();
    fetches.add(vector(graph.tf(), judged, judged.mean()).asOutput());
    for (View view : graph.network().state().views()) {
      Operand<TFloat32> updated = training.state().get(view.name());
      fetches.add((updated == null ? graph.state(view.name()) : updated).asOutput());
    }
    fetches.addAll(gradients(graph, judged, withGradient));
    return List.copyOf(fetches);
  }

  /** What a step fetches where its rows are sorted into so many ghost batches. */
  static List<Output<?>> drawSorted(
      ProgramGraph graph, Objective objective, List<TensorSpec> trainingColumns, int groups) {
    addMissing(graph, trainingColumns);
    return training(graph, objective, new ProgramGraph.Mode(true, groups), new ArrayList<>());
  }

  private static void addMissing(ProgramGraph graph, List<TensorSpec> columns) {
    for (TensorSpec column : columns) {
      if (graph.column(column) == null) {
        graph.addColumn(column);
      }
    }
  }

  /**
   * What the outputs cost.
   *
   * @param differentiated per row, or the mean where the network states only that
   * @param initial the derivative of the mean with respect to {@code differentiated}
   */
  private record Judged(
      Operand<TFloat32> differentiated,
      Operand<TFloat32> initial,
      Operand<TFloat32> mean,
      Operand<TFloat32> sum,
      List<Operand<TFloat32>> metrics) {}

  private static Judged judge(
      ProgramGraph graph, Objective objective, ProgramGraph.Computed computed) {
    Ops tf = graph.tf();
    if (graph.network() instanceof GraphNetwork own) {
      Operand<TFloat32> loss = graph.tensor(own.lossTensor()).expect(TFloat32.class);
      if (loss.shape().numDimensions() == 0) {
        if (objective.isWeighted()) {
          throw new IllegalArgumentException(
              "Unsupported weights of rows: the network's own loss is one number for all rows. Make"
                  + " it one number per row.");
        }
        Operand<?> first = graph.column(own.inputs().get(0));
        Operand<TFloat32> rows =
            tf.dtypes.cast(
                tf.slice(tf.shape(first), tf.constant(new int[] {0}), tf.constant(new int[] {1})),
                TFloat32.class);
        Operand<TFloat32> sum = tf.math.mul(loss, tf.reshape(rows, tf.constant(new int[0])));
        return new Judged(loss, tf.constant(1f), loss, sum, List.of());
      }
      return ofRows(graph, objective, loss, List.of());
    }
    List<Operand<TFloat32>> losses = new ArrayList<>();
    List<Operand<TFloat32>> metrics = new ArrayList<>();
    for (TensorSpec output : graph.network().outputs()) {
      Loss loss = objective.losses().get(output.name());
      if (loss == null) {
        continue;
      }
      GraphTensor value =
          GraphTensor.ofRows(tf, computed.outputs().get(output.name()), output.shape());
      TensorSpec targetSpec = loss.target(output);
      GraphTensor target =
          loss.takesTarget()
              ? GraphTensor.ofRows(tf, graph.column(targetSpec), targetSpec.shape())
              : value;
      if (losses.isEmpty()) {
        metrics.addAll(metrics(graph, objective, loss, value, target));
      }
      losses.add(floats(onePerRow(loss, output, loss.ofRows(value, target))));
    }
    return ofRows(
        graph, objective, losses.size() == 1 ? losses.get(0) : tf.math.addN(losses), metrics);
  }

  /** What each metric sums over the rows, as vectors; then the weights, where rows have some. */
  private static List<Operand<TFloat32>> metrics(
      ProgramGraph graph, Objective objective, Loss loss, GraphTensor output, GraphTensor target) {
    Ops tf = graph.tf();
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (Metric metric : objective.metrics()) {
      Tensor ofRows = metric.ofRows(output, target, loss);
      Tensor counted = objective.isWeighted() ? ofRows.times(weights(graph)) : ofRows;
      Operand<TFloat32> sum = tf.sum(floats(counted), tf.constant(0));
      sums.add(ofRows.shape().isScalar() ? tf.expandDims(sum, tf.constant(0)) : sum);
    }
    if (objective.isWeighted() && !sums.isEmpty()) {
      Operand<TFloat32> all = tf.sum(weights(graph).floats(), tf.constant(0));
      sums.add(tf.expandDims(all, tf.constant(0)));
    }
    return sums;
  }

  private static GraphTensor weights(ProgramGraph graph) {
    return GraphTensor.ofRows(graph.tf(), graph.column(Objective.WEIGHT), Objective.WEIGHT.shape());
  }

  /** A loss may be a user's. */
  private static Tensor onePerRow(Loss loss, TensorSpec output, Tensor losses) {
    if (!losses.shape().isScalar() || !((GraphTensor) losses).hasRows()) {
      throw new IllegalArgumentException(
          "Loss "
              + loss
              + " computes "
              + losses
              + " of output "
              + output
              + ", but a loss is one number for each row. End it with meanOfRow().");
    }
    return losses;
  }

  private static Operand<TFloat32> floats(Tensor tensor) {
    return ((GraphTensor) tensor).floats();
  }

  private static Judged ofRows(
      ProgramGraph graph,
      Objective objective,
      Operand<TFloat32> unweighted,
      List<Operand<TFloat32>> metrics) {
    Ops tf = graph.tf();
    Operand<TFloat32> losses =
        objective.isWeighted() ? tf.math.mul(unweighted, weights(graph).floats()) : unweighted;
    Operand<TFloat32> sum = tf.sum(losses, tf.constant(0));
    Operand<TFloat32> mean = tf.math.mean(losses, tf.constant(0));
    Operand<TFloat32> share = tf.math.reciprocal(tf.dtypes.cast(tf.size(losses), TFloat32.class));
    return new Judged(losses, tf.fill(tf.shape(losses), share), mean, sum, metrics);
  }

  private static Operand<TFloat32> vector(Ops tf, Judged judged, Operand<TFloat32> first) {
    List<Operand<TFloat32>> values = new ArrayList<>();
    values.add(tf.expandDims(first, tf.constant(0)));
    values.addAll(judged.metrics());
    return values.size() == 1 ? values.get(0) : tf.concat(values, tf.constant(0));
  }

  private static List<Output<?>> gradients(
      ProgramGraph graph, Judged judged, List<ParameterGradient> withGradient) {
    Reached reached = Reached.by(judged.differentiated());
    List<Output<?>> cuts = new ArrayList<>();
    for (View view : graph.network().parameters().views()) {
      Output<?> parameter = graph.parameter(view.name()).asOutput();
      if (reached.has(parameter)) {
        ParameterGradient gradient = ParameterGradient.of(view, parameter, reached);
        withGradient.add(gradient);
        cuts.addAll(gradient.cuts());
      }
    }
    if (cuts.isEmpty()) {
      return List.of();
    }
    Iterator<Output<?>> ofCuts = List.of(derivatives(graph, judged, cuts)).iterator();
    List<Output<?>> fetches = new ArrayList<>();
    for (ParameterGradient gradient : withGradient) {
      fetches.addAll(gradient.drawn(graph.tf(), ofCuts));
    }
    return fetches;
  }

  private static Output<?>[] derivatives(ProgramGraph graph, Judged judged, List<Output<?>> of) {
    try {
      return graph
          .graph()
          .addGradients(
              "gradients",
              new Output<?>[] {judged.differentiated().asOutput()},
              of.toArray(Output<?>[]::new),
              new Output<?>[] {judged.initial().asOutput()});
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException e) {
      throw new EngineException(
          "Failed to differentiate the loss. TensorFlow says: "
              + e.getMessage()
              + " An operation without a gradient in TensorFlow's C++ library cannot stand between "
              + "a parameter and the loss; write it with others, or stop the gradient before it.",
          e);
    }
  }
}
