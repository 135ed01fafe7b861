package io.kindling.engine.reference;

import io.kindling.network.LayerNetwork;
import io.kindling.network.LayerScope;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One batch on its way through a network, and its gradients on their way back. */
final class ReferencePass {

  /** Whether dropout drops and batches are normalised by their own statistics. */
  enum Mode {
    TRAINING,
    SCORING
  }

  private final LayerNetwork network;
  private final Mode mode;
  private final int rows;
  private final int[] rowKeys;
  private final int[] groups;
  private final Deque<Runnable> backward = new ArrayDeque<>();
  private final Map<String, ReferenceTensor> parameters;
  private final Map<String, ReferenceTensor> state;
  private final Map<String, Tensor> values = new HashMap<>();

  /**
   * @param rowKeys empty where no layer is random
   * @param groups empty where no layer takes batch statistics
   */
  ReferencePass(
      LayerNetwork network,
      Mode mode,
      float[] parameters,
      float[] state,
      int rows,
      int[] rowKeys,
      int[] groups) {
    this.network = network;
    this.mode = mode;
    this.rows = rows;
    this.rowKeys = rowKeys;
    this.groups = groups;
    this.parameters = arrays(network.parameters(), parameters);
    this.state = arrays(network.state(), state);
  }

  private Map<String, ReferenceTensor> arrays(ParameterLayout layout, float[] flat) {
    Map<String, ReferenceTensor> arrays = new LinkedHashMap<>();
    for (View view : layout.views()) {
      double[] numbers = new double[view.size()];
      Arrays.setAll(numbers, i -> flat[view.offset() + i]);
      arrays.put(view.name(), ReferenceTensor.ofAll(backward, view.spec().shape(), numbers));
    }
    return arrays;
  }

  /** Numbers of a column. */
  ReferenceTensor column(TensorSpec spec, double[] numbers) {
    return ReferenceTensor.ofRows(backward, rows, spec.shape(), spec.type(), numbers);
  }

  /** Feeds an input. */
  void feed(TensorSpec input, double[] numbers) {
    values.put(input.name(), column(input, numbers));
  }

  /** Computes all steps. */
  void forward() {
    for (LayerNetwork.Step step : network.steps()) {
      boolean areWhole = step.layer().takesWholeNumbers();
      List<Tensor> inputs =
          step.inputs().stream()
              .map(values::get)
              .map(input -> areWhole ? input : input.toFloats())
              .toList();
      values.put(step.name(), step.layer().apply(new StepScope(step), inputs));
    }
  }

  /**
   * Takes the gradients of a number of each row, that of their mean being 1, back to the
   * parameters.
   */
  void backward(Tensor losses) {
    Arrays.fill(((ReferenceTensor) losses).gradients(), 1.0 / rows);
    backward.forEach(Runnable::run);
  }

  ReferenceTensor value(String name) {
    return (ReferenceTensor) values.get(name);
  }

  double[] parameterGradients() {
    return flat(network.parameters(), parameters, true);
  }

  double[] newState() {
    return flat(network.state(), state, false);
  }

  private static double[] flat(
      ParameterLayout layout, Map<String, ReferenceTensor> arrays, boolean areGradients) {
    double[] flat = new double[layout.size()];
    for (View view : layout.views()) {
      ReferenceTensor array = arrays.get(view.name());
      System.arraycopy(
          areGradients ? array.gradients() : array.numbers(), 0, flat, view.offset(), view.size());
    }
    return flat;
  }

  private final class StepScope implements LayerScope {

    private final LayerNetwork.Step step;

    StepScope(LayerNetwork.Step step) {
      this.step = step;
    }

    @Override
    public boolean isTraining() {
      return mode == Mode.TRAINING;
    }

    private String name(String role) {
      return step.layer().name() + "/" + role;
    }

    @Override
    public Tensor parameter(String role) {
      return parameters.get(name(role));
    }

    @Override
    public Tensor state(String role) {
      return state.get(name(role));
    }

    @Override
    public void setState(String role, Tensor value) {
      state.put(name(role), (ReferenceTensor) value);
    }

    @Override
    public Shape outputShape() {
      return network.shape(step.name());
    }

    @Override
    public Tensor dropoutMask(double rate, Shape shape) {
      double[] factors = new double[rows * shape.size()];
      for (int i = 0; i < factors.length; i++) {
        double drawn =
            random(step.name(), rowKeys[i / shape.size()], i % shape.size()).nextDouble();
        factors[i] = drawn < rate ? 0 : 1 / (1 - rate);
      }
      return ReferenceTensor.ofRows(backward, rows, shape, ElementType.FLOAT32, factors);
    }

    @Override
    public Tensor normal(Shape shape) {
      double[] drawn = new double[rows * shape.size()];
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = random(step.name(), rowKeys[i / shape.size()], i % shape.size()).nextGaussian();
      }
      return ReferenceTensor.ofRows(backward, rows, shape, ElementType.FLOAT32, drawn);
    }

    /** Sums over the rows of a group are sums at a place per group. */
    @Override
    public Normalized normalizedByGroup(Tensor x, Tensor gamma, Tensor beta, double epsilon) {
      int channels = x.shape().dimension(-1);
      int size = x.shape().size();
      int count = Arrays.stream(groups).max().orElseThrow() + 1;
      Shape ofGroups = Shape.of(count, channels);
      int[] places = new int[rows * size]; // of each number its group and channel
      double[] share = new double[count * channels];
      double[] weight = new double[count * channels];
      for (int i = 0; i < places.length; i++) {
        places[i] = groups[i / size] * channels + i % channels;
        share[places[i]] += 1;
        weight[places[i]] += (double) channels / size / rows;
      }
      Arrays.setAll(share, i -> 1 / share[i]);
      Tensor one = ReferenceTensor.ofAll(backward, ofGroups, share);
      Tensor mean = ((ReferenceTensor) x).summed(0, ofGroups, places).times(one);
      Tensor centred = x.minus(ofRows(mean, x.shape(), places));
      Tensor variance = ((ReferenceTensor) centred.square()).summed(0, ofGroups, places).times(one);
      Tensor scale = ofRows(variance.plus(epsilon).inverseSquareRoot(), x.shape(), places);
      Tensor weights = ReferenceTensor.ofAll(backward, ofGroups, weight);
      return new Normalized(
          centred.times(scale).times(gamma).plus(beta),
          mean.times(weights).sum(0).reshaped(channels),
          variance.times(weights).sum(0).reshaped(channels));
    }

    private Tensor ofRows(Tensor ofGroups, Shape shape, int[] places) {
      return ((ReferenceTensor) ofGroups).picked(rows, shape, places, 0);
    }
  }

  /** Numbers that are a function of the step's name, the row's key and the element alone. */
  private static SplittableRandom random(String name, int rowKey, int element) {
    return new SplittableRandom(
        name.hashCode() * 0x9e3779b97f4a7c15L
            ^ rowKey * 0xbf58476d1ce4e5b9L
            ^ element * 0x94d049bb133111ebL);
  }
}
