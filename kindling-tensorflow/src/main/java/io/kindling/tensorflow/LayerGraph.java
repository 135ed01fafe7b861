package io.kindling.tensorflow;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Layer;
import io.kindling.network.LayerNetwork;
import io.kindling.network.LayerScope;
import io.kindling.network.MaxPool2d;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Draws a network of layers into a graph, step by step. */
final class LayerGraph {

  private final ProgramGraph program;
  private final LayerNetwork network;
  private final ProgramGraph.Mode mode;
  private final Ops tf;
  private final Map<String, Tensor> values = new HashMap<>();
  private final Map<String, Operand<TFloat32>> newState = new LinkedHashMap<>();
  private final Map<String, UnaryOperator<Tensor>> behindPooling = new HashMap<>();
  private GhostBatches ghosts;

  LayerGraph(ProgramGraph program, LayerNetwork network, ProgramGraph.Mode mode) {
    this.program = program;
    this.network = network;
    this.mode = mode;
    this.tf = program.tf();
  }

  ProgramGraph.Computed compute() {
    for (TensorSpec input : network.inputs()) {
      values.put(input.name(), GraphTensor.ofRows(tf, program.column(input), input.shape()));
    }
    for (int i = 0; i < network.steps().size(); i++) {
      LayerNetwork.Step step = network.steps().get(i);
      values.put(step.name(), compute(step, i));
    }
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    network
        .outputs()
        .forEach(
            output ->
                outputs.put(
                    output.name(), computed(((GraphTensor) values.get(output.name())).operand())));
    return new ProgramGraph.Computed(outputs, newState);
  }

  /** TensorFlow gives nothing back that it is fed, as dropout of an input is in scoring. */
  private Operand<?> computed(Operand<?> output) {
    return output.op().type().equals("Placeholder") ? tf.identity(output) : output;
  }

  private Tensor compute(LayerNetwork.Step step, int index) {
    boolean areWhole = step.layer().takesWholeNumbers();
    List<Tensor> inputs =
        step.inputs().stream()
            .map(values::get)
            .map(input -> areWhole ? input : input.toFloats())
            .toList();
    Tensor output = step.layer().apply(new StepScope(step, index), inputs);
    UnaryOperator<Tensor> rest = behindPooling.get(step.inputs().get(0));
    return checked(step, rest == null ? output : rest.apply(output));
  }

  /** That a layer, which may be a user's, computes what it has stated. */
  private Tensor checked(LayerNetwork.Step step, Tensor output) {
    Shape stated = network.shape(step.name());
    if (!((GraphTensor) output).hasRows() || !output.shape().equals(stated)) {
      throw new IllegalArgumentException(
          "Layer '"
              + step.name()
              + "' ("
              + step.layer().getClass().getSimpleName()
              + ") states the output "
              + stated.toBatchString()
              + " but computes "
              + output
              + ". Its outputShape and apply must agree, and every row needs an output of its own.");
    }
    return output;
  }

  /** Whether all that is wanted of a step is the largest values of windows. */
  private boolean isOnlyMaxPooled(LayerNetwork.Step step) {
    List<LayerNetwork.Step> takers =
        network.steps().stream().filter(other -> other.inputs().contains(step.name())).toList();
    return takers.size() == 1
        && takers.get(0).layer() instanceof MaxPool2d
        && network.outputs().stream().noneMatch(output -> output.name().equals(step.name()));
  }

  private GhostBatches ghosts() {
    if (ghosts == null) {
      ghosts =
          new GhostBatches(
              tf,
              program.column(TrainingProgram.GROUP).asOutput().expect(TInt32.class),
              mode.groups());
    }
    return ghosts;
  }

  /** One step while it is drawn. */
  private final class StepScope implements LayerScope {

    private final LayerNetwork.Step step;
    private final int index; // of the step, by which its random numbers differ from others'

    private int drawn; // random arrays so far

    StepScope(LayerNetwork.Step step, int index) {
      this.step = step;
      this.index = index;
    }

    @Override
    public boolean isTraining() {
      return mode.isTraining();
    }

    @Override
    public Tensor parameter(String role) {
      String name = name(role);
      return GraphTensor.ofAll(
          tf, program.parameter(name), network.parameters().view(name).spec().shape());
    }

    /** A layer that is applied twice moves its state twice. */
    @Override
    public Tensor state(String role) {
      String name = name(role);
      return GraphTensor.ofAll(
          tf,
          newState.getOrDefault(name, program.state(name)),
          network.state().view(name).spec().shape());
    }

    @Override
    public void setState(String role, Tensor value) {
      newState.put(name(role), ((GraphTensor) value).floats());
    }

    private String name(String role) {
      Layer layer = step.layer();
      return layer.name() + "/" + role;
    }

    @Override
    public Shape outputShape() {
      return network.shape(step.name());
    }

    @Override
    public Tensor dropoutMask(double rate, Shape shape) {
      return GraphTensor.ofRows(
          tf, new RowNoise(tf).dropout(rate, keys(), nextStream(), shape), shape);
    }

    @Override
    public Tensor normal(Shape shape) {
      return GraphTensor.ofRows(tf, new RowNoise(tf).normal(keys(), nextStream(), shape), shape);
    }

    private Operand<TInt32> keys() {
      return program.column(TrainingProgram.ROW_KEY).asOutput().expect(TInt32.class);
    }

    /** A layer that draws several times draws differently each time. */
    private int nextStream() {
      return index + drawn++ * network.steps().size();
    }

    @Override
    public Normalized normalizedByGroup(Tensor x, Tensor gamma, Tensor beta, double epsilon) {
      GhostBatches.Normalized normalized =
          ghosts()
              .normalize(
                  ((GraphTensor) x).floats(),
                  x.shape(),
                  ((GraphTensor) gamma).floats(),
                  ((GraphTensor) beta).floats(),
                  (float) epsilon);
      return new Normalized(
          GraphTensor.ofRows(tf, normalized.output(), x.shape()),
          GraphTensor.ofAll(tf, normalized.mean(), gamma.shape()),
          GraphTensor.ofAll(tf, normalized.variance(), gamma.shape()));
    }

    /**
     * The pooling comes first where it can: f(max(x, y)) = max(f(x), f(y)), at a quarter of the
     * work for windows of four. In scoring, where TensorFlow computes bias and activation together
     * with the convolution, there is nothing to gain.
     */
    @Override
    public Tensor pointwise(boolean isMonotone, Tensor x, UnaryOperator<Tensor> f) {
      if (mode.isTraining() && isMonotone && isOnlyMaxPooled(step)) {
        behindPooling.put(step.name(), f);
        return x;
      }
      return f.apply(x);
    }
  }
}
