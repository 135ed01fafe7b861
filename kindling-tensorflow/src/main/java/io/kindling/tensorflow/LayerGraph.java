package io.kindling.tensorflow;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.Add;
import io.kindling.network.AveragePool2d;
import io.kindling.network.BatchNorm;
import io.kindling.network.Bias;
import io.kindling.network.Concatenate;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Layer;
import io.kindling.network.LayerNetwork;
import io.kindling.network.LayerVisitor;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Padding;
import io.kindling.network.Reshape;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.LeakyRelu;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Draws a network of layers into a graph, step by step. Every operation used here has a gradient in
 * TensorFlow's C++ library, and every layer and option is held against finite differences.
 */
final class LayerGraph implements LayerVisitor<Operand<TFloat32>> {

  private final ProgramGraph program;
  private final LayerNetwork network;
  private final ProgramGraph.Mode mode;
  private final Ops tf;
  private final Map<String, Operand<TFloat32>> values = new HashMap<>();
  private final Map<String, Operand<TFloat32>> newState = new LinkedHashMap<>();
  private final Map<String, UnaryOperator<Operand<TFloat32>>> behindPooling = new HashMap<>();
  private GhostBatches ghosts;

  private int index;
  private LayerNetwork.Step step;
  private List<Operand<TFloat32>> inputs;

  LayerGraph(ProgramGraph program, LayerNetwork network, ProgramGraph.Mode mode) {
    this.program = program;
    this.network = network;
    this.mode = mode;
    this.tf = program.tf();
  }

  /** True if a layer of the network draws at random in training. */
  static boolean isRandom(LayerNetwork network) {
    return network.steps().stream()
        .anyMatch(step -> step.layer() instanceof Dropout dropout && dropout.rate() > 0);
  }

  /** True if a layer of the network takes statistics of the batch in training. */
  static boolean takesStatistics(LayerNetwork network) {
    return network.steps().stream().anyMatch(step -> step.layer() instanceof BatchNorm);
  }

  ProgramGraph.Computed compute() {
    for (TensorSpec input : network.inputs()) {
      values.put(input.name(), asFloats(input));
    }
    for (index = 0; index < network.steps().size(); index++) {
      step = network.steps().get(index);
      inputs = step.inputs().stream().map(values::get).toList();
      values.put(step.name(), step.layer().accept(this));
    }
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    network.outputs().forEach(output -> outputs.put(output.name(), values.get(output.name())));
    return new ProgramGraph.Computed(outputs, newState);
  }

  private Operand<TFloat32> asFloats(TensorSpec input) {
    Operand<?> column = program.column(input);
    return input.type() == ElementType.FLOAT32
        ? column.asOutput().expect(TFloat32.class)
        : tf.dtypes.cast(column, TFloat32.class);
  }

  @Override
  public Operand<TFloat32> visit(Dense layer) {
    Shape in = inputShape(0);
    boolean flat = in.rank() == 1;
    Operand<TFloat32> x = flat ? inputs.get(0) : rows(inputs.get(0), Shape.of(in.dimension(-1)));
    Operand<TFloat32> y = tf.linalg.matMul(x, parameter(layer, "kernel"));
    if (layer.bias() == Bias.ADDED) {
      y = tf.nn.biasAdd(y, parameter(layer, "bias"));
    }
    y = activate(layer.activation(), y, 1);
    return flat ? y : rows(y, outputShape());
  }

  @Override
  public Operand<TFloat32> visit(Conv2d layer) {
    long stride = layer.stride();
    Operand<TFloat32> y =
        tf.nn.conv2d(
            inputs.get(0),
            parameter(layer, "kernel"),
            List.of(1L, stride, stride, 1L),
            name(layer.padding()));
    return beforeOrBehindPooling(
        layer.activation(),
        y,
        sum ->
            activate(
                layer.activation(),
                layer.bias() == Bias.ADDED ? tf.nn.biasAdd(sum, parameter(layer, "bias")) : sum,
                3));
  }

  /**
   * The rest of a layer, a function of each number. Where it never falls and its largest values are
   * all that is wanted of it, the pooling comes first: f(max(x, y)) = max(f(x), f(y)), at a quarter
   * of the work for windows of four. In scoring, where TensorFlow computes bias and activation
   * together with the convolution, there is nothing to gain.
   */
  private Operand<TFloat32> beforeOrBehindPooling(
      Activation activation, Operand<TFloat32> x, UnaryOperator<Operand<TFloat32>> rest) {
    if (mode.isTraining() && activation.isMonotone() && isOnlyMaxPooled(step)) {
      behindPooling.put(step.name(), rest);
      return x;
    }
    return rest.apply(x);
  }

  private boolean isOnlyMaxPooled(LayerNetwork.Step candidate) {
    List<LayerNetwork.Step> takers =
        network.steps().stream()
            .filter(other -> other.inputs().contains(candidate.name()))
            .toList();
    return takers.size() == 1
        && takers.get(0).layer() instanceof MaxPool2d
        && network.outputs().stream().noneMatch(out -> out.name().equals(candidate.name()));
  }

  @Override
  public Operand<TFloat32> visit(MaxPool2d layer) {
    // By hand: TensorFlow-Java offers MaxPoolV2 only, whose window is an input, so that it has no
    // oneDNN kernel.
    Operand<TFloat32> pooled =
        tf.scope()
            .opBuilder("MaxPool", "MaxPool")
            .addInput(inputs.get(0).asOutput())
            .setAttr("ksize", new long[] {1, layer.size(), layer.size(), 1})
            .setAttr("strides", new long[] {1, layer.stride(), layer.stride(), 1})
            .setAttr("padding", name(layer.padding()))
            .build()
            .output(0);
    return behindPooling.getOrDefault(step.inputs().get(0), UnaryOperator.identity()).apply(pooled);
  }

  @Override
  public Operand<TFloat32> visit(AveragePool2d layer) {
    long size = layer.size();
    long stride = layer.stride();
    return tf.nn.avgPool(
        inputs.get(0),
        List.of(1L, size, size, 1L),
        List.of(1L, stride, stride, 1L),
        name(layer.padding()));
  }

  @Override
  public Operand<TFloat32> visit(Flatten layer) {
    return rows(inputs.get(0), outputShape());
  }

  @Override
  public Operand<TFloat32> visit(Reshape layer) {
    return rows(inputs.get(0), outputShape());
  }

  @Override
  public Operand<TFloat32> visit(Dropout layer) {
    if (!mode.isTraining() || layer.rate() == 0) {
      return inputs.get(0);
    }
    Operand<TInt32> keys = program.column(TrainingProgram.ROW_KEY).asOutput().expect(TInt32.class);
    Operand<TFloat32> mask = new DropoutMask(tf, layer.rate()).draw(keys, index, inputShape(0));
    return tf.math.mul(inputs.get(0), mask);
  }

  @Override
  public Operand<TFloat32> visit(BatchNorm layer) {
    Operand<TFloat32> gamma = parameter(layer, "gamma");
    Operand<TFloat32> beta = parameter(layer, "beta");
    Operand<TFloat32> movingMean = state(layer, "moving_mean");
    Operand<TFloat32> movingVariance = state(layer, "moving_variance");
    if (!mode.isTraining()) {
      Operand<TFloat32> scale =
          tf.math.mul(
              gamma,
              tf.math.rsqrt(tf.math.add(movingVariance, tf.constant((float) layer.epsilon()))));
      Operand<TFloat32> shift = tf.math.sub(beta, tf.math.mul(movingMean, scale));
      return tf.math.add(tf.math.mul(inputs.get(0), scale), shift);
    }
    if (ghosts == null) {
      ghosts =
          new GhostBatches(
              tf,
              program.column(TrainingProgram.GROUP).asOutput().expect(TInt32.class),
              mode.groups());
    }
    GhostBatches.Normalized normalized =
        ghosts.normalize(inputs.get(0), inputShape(0), gamma, beta, (float) layer.epsilon());
    setState(layer, "moving_mean", moved(layer, movingMean, normalized.mean()));
    setState(layer, "moving_variance", moved(layer, movingVariance, normalized.variance()));
    return normalized.output();
  }

  private Operand<TFloat32> moved(
      BatchNorm layer, Operand<TFloat32> moving, Operand<TFloat32> batch) {
    return tf.math.add(
        tf.math.mul(tf.constant((float) layer.momentum()), moving),
        tf.math.mul(tf.constant((float) (1 - layer.momentum())), batch));
  }

  @Override
  public Operand<TFloat32> visit(Activate layer) {
    int rank = inputShape(0).rank();
    return beforeOrBehindPooling(
        layer.activation(), inputs.get(0), x -> activate(layer.activation(), x, rank));
  }

  @Override
  public Operand<TFloat32> visit(Add layer) {
    return tf.math.addN(inputs);
  }

  @Override
  public Operand<TFloat32> visit(Concatenate layer) {
    int rank = inputShape(0).rank();
    int axis = layer.axis() < 0 ? layer.axis() + rank : layer.axis();
    return tf.concat(inputs, tf.constant(axis + 1));
  }

  private Operand<TFloat32> activate(Activation activation, Operand<TFloat32> x, int rank) {
    return switch (activation) {
      case LINEAR -> x;
      case RELU -> tf.nn.relu(x);
      case RELU6 -> tf.nn.relu6(x);
      case LEAKY_RELU -> tf.nn.leakyRelu(x, LeakyRelu.alpha(0.01f));
      case ELU -> tf.nn.elu(x);
      case SELU -> tf.nn.selu(x);
      case GELU -> half(x, tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5)))));
      case GELU_TANH -> {
        Operand<TFloat32> cube = tf.math.mul(tf.math.square(x), x);
        Operand<TFloat32> inner = tf.math.add(x, tf.math.mul(cube, tf.constant(0.044715f)));
        Operand<TFloat32> scale = tf.constant((float) Math.sqrt(2 / Math.PI));
        yield half(x, tf.math.tanh(tf.math.mul(inner, scale)));
      }
      case SILU -> tf.math.mul(x, tf.math.sigmoid(x));
      case MISH -> tf.math.mul(x, tf.math.tanh(tf.math.softplus(x)));
      case SOFTPLUS -> tf.math.softplus(x);
      case SOFTSIGN -> tf.nn.softsign(x);
      case SIGMOID -> tf.math.sigmoid(x);
      case HARD_SIGMOID -> hardSigmoid(x);
      case HARD_SILU -> tf.math.mul(x, hardSigmoid(x));
      case TANH -> tf.math.tanh(x);
      case HARD_TANH -> between(-1, x, 1);
      case EXPONENTIAL -> tf.math.exp(x);
      case SOFTMAX -> alongAxis(tf.nn::softmax, x, rank);
      case LOG_SOFTMAX -> alongAxis(tf.nn::logSoftmax, x, rank);
    };
  }

  /** x (1 + y) / 2. */
  private Operand<TFloat32> half(Operand<TFloat32> x, Operand<TFloat32> y) {
    return tf.math.mul(tf.math.mul(x, tf.constant(0.5f)), tf.math.add(y, tf.constant(1f)));
  }

  private Operand<TFloat32> hardSigmoid(Operand<TFloat32> x) {
    Operand<TFloat32> line = tf.math.mul(x, tf.constant(1f / 6));
    return between(0, tf.math.add(line, tf.constant(0.5f)), 1);
  }

  private Operand<TFloat32> between(float least, Operand<TFloat32> x, float most) {
    return tf.math.minimum(tf.math.maximum(x, tf.constant(least)), tf.constant(most));
  }

  /**
   * A function over the innermost axis. The gradients of softmax and its logarithm in C++ sum over
   * axis 1, so that they are right for matrices only.
   */
  private Operand<TFloat32> alongAxis(
      UnaryOperator<Operand<TFloat32>> function, Operand<TFloat32> x, int rank) {
    if (rank == 1) {
      return function.apply(x);
    }
    Shape shape = outputShape();
    return rows(function.apply(rows(x, Shape.of(shape.dimension(-1)))), shape);
  }

  /** The same elements with another shape behind the rows. */
  private Operand<TFloat32> rows(Operand<TFloat32> x, Shape row) {
    return tf.reshape(x, tf.constant(NativeTypes.dimensions(-1, row)));
  }

  private Shape inputShape(int input) {
    return network.shape(step.inputs().get(input));
  }

  private Shape outputShape() {
    return network.shape(step.name());
  }

  private Operand<TFloat32> parameter(Layer layer, String role) {
    return program.parameter(layer.name() + "/" + role);
  }

  /** The state so far in this step: a layer that is applied twice moves it twice. */
  private Operand<TFloat32> state(Layer layer, String role) {
    String name = layer.name() + "/" + role;
    return newState.getOrDefault(name, program.state(name));
  }

  private void setState(Layer layer, String role, Operand<TFloat32> value) {
    newState.put(layer.name() + "/" + role, value);
  }

  private static String name(Padding padding) {
    return padding.name();
  }
}
