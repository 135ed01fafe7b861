package io.kindling.engine.reference;

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
import io.kindling.network.ParameterLayout;
import io.kindling.network.Reshape;
import io.kindling.tensor.Shape;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One batch on its way through a network. Every layer computes its output at once and leaves behind
 * what it has to do when the gradients come back.
 */
final class LayerPass implements LayerVisitor<Value> {

  /** Whether dropout drops and batches are normalised by their own statistics. */
  enum Mode {
    TRAINING,
    SCORING
  }

  private final LayerNetwork network;
  private final Mode mode;
  private final float[] parameters;
  private final int rows;
  private final int[] rowKeys;
  private final int[] groups;
  private final Map<String, Value> values = new HashMap<>();
  private final Deque<Runnable> backward = new ArrayDeque<>();
  private final double[] parameterGradients;
  private final double[] newState;
  private LayerNetwork.Step step;
  private List<Value> in;

  /**
   * @param rowKeys empty where no layer is random
   * @param groups empty where no layer takes batch statistics
   */
  LayerPass(
      LayerNetwork network,
      Mode mode,
      float[] parameters,
      float[] state,
      int rows,
      int[] rowKeys,
      int[] groups) {
    this.network = network;
    this.mode = mode;
    this.parameters = parameters;
    this.rows = rows;
    this.rowKeys = rowKeys;
    this.groups = groups;
    this.parameterGradients = new double[parameters.length];
    this.newState = new double[state.length];
    Arrays.setAll(newState, i -> state[i]);
  }

  /** Feeds an input. */
  void feed(String name, double[] numbers) {
    values.put(name, new Value(rows, network.shape(name), numbers, new double[numbers.length]));
  }

  /** Computes all steps. */
  void forward() {
    for (LayerNetwork.Step next : network.steps()) {
      step = next;
      in = next.inputs().stream().map(values::get).toList();
      values.put(next.name(), next.layer().accept(this));
    }
  }

  /** Takes the gradients that the loss left at the outputs back to the parameters. */
  void backward() {
    backward.forEach(Runnable::run);
  }

  Value value(String name) {
    return values.get(name);
  }

  double[] parameterGradients() {
    return parameterGradients;
  }

  double[] newState() {
    return newState;
  }

  private Value output() {
    return Value.zeros(rows, network.shape(step.name()));
  }

  private int parameter(Layer layer, String role) {
    return network.parameters().view(layer.name() + "/" + role).offset();
  }

  @Override
  public Value visit(Dense layer) {
    Value x = in.get(0); // [n, k]
    Value z = output(); // [n, units]
    int k = x.innermost();
    int units = layer.units();
    int n = z.numbers().length / units;
    int kernel = parameter(layer, "kernel"); // [k, units]
    int bias = layer.bias() == Bias.ADDED ? parameter(layer, "bias") : -1; // [units]
    for (int i = 0; i < n; i++) {
      for (int u = 0; u < units; u++) {
        double sum = bias < 0 ? 0 : parameters[bias + u];
        for (int j = 0; j < k; j++) {
          sum += x.numbers()[i * k + j] * parameters[kernel + j * units + u];
        }
        z.numbers()[i * units + u] = sum;
      }
    }
    backward.push(
        () -> {
          for (int i = 0; i < n; i++) {
            for (int u = 0; u < units; u++) {
              double dz = z.gradients()[i * units + u];
              for (int j = 0; j < k; j++) {
                x.gradients()[i * k + j] += dz * parameters[kernel + j * units + u];
                parameterGradients[kernel + j * units + u] += dz * x.numbers()[i * k + j];
              }
              if (bias >= 0) {
                parameterGradients[bias + u] += dz;
              }
            }
          }
        });
    return activate(z, layer.activation());
  }

  @Override
  public Value visit(Activate layer) {
    return activate(in.get(0), layer.activation());
  }

  private Value activate(Value x, Activation activation) {
    if (activation.isAlongAxis()) {
      Value p = softmax(x);
      return activation == Activation.SOFTMAX ? p : logarithm(p);
    }
    Value y = Value.zeros(rows, x.shape());
    double[] slopes = new double[y.numbers().length];
    for (int i = 0; i < slopes.length; i++) {
      y.numbers()[i] = ActivationFormula.of(activation, x.numbers()[i]);
      slopes[i] = ActivationFormula.slope(activation, x.numbers()[i]);
    }
    backward.push(
        () -> {
          for (int i = 0; i < slopes.length; i++) {
            x.gradients()[i] += slopes[i] * y.gradients()[i];
          }
        });
    return y;
  }

  private Value logarithm(Value x) {
    Value y = Value.zeros(rows, x.shape());
    Arrays.setAll(y.numbers(), i -> Math.log(x.numbers()[i]));
    backward.push(
        () -> {
          for (int i = 0; i < y.numbers().length; i++) {
            x.gradients()[i] += y.gradients()[i] / x.numbers()[i];
          }
        });
    return y;
  }

  private Value softmax(Value x) {
    Value y = Value.zeros(rows, x.shape());
    int classes = x.innermost();
    for (int from = 0; from < y.numbers().length; from += classes) {
      double[] p = LossPass.softmax(x.numbers(), from, classes);
      System.arraycopy(p, 0, y.numbers(), from, classes);
    }
    backward.push(
        () -> {
          for (int from = 0; from < y.numbers().length; from += classes) {
            double dot = 0;
            for (int i = from; i < from + classes; i++) {
              dot += y.gradients()[i] * y.numbers()[i];
            }
            for (int i = from; i < from + classes; i++) {
              x.gradients()[i] += y.numbers()[i] * (y.gradients()[i] - dot);
            }
          }
        });
    return y;
  }

  @Override
  public Value visit(Flatten layer) {
    return reshaped();
  }

  @Override
  public Value visit(Reshape layer) {
    return reshaped();
  }

  /** The same numbers and gradients under another shape. */
  private Value reshaped() {
    Value x = in.get(0);
    return new Value(rows, network.shape(step.name()), x.numbers(), x.gradients());
  }

  @Override
  public Value visit(Dropout layer) {
    double[] factors = new double[in.get(0).numbers().length];
    Arrays.fill(factors, 1);
    if (mode == Mode.TRAINING) {
      int size = in.get(0).shape().size();
      for (int i = 0; i < factors.length; i++) {
        double drawn = draw(step.name(), rowKeys[i / size], i % size);
        factors[i] = drawn < layer.rate() ? 0 : 1 / (1 - layer.rate());
      }
    }
    Value x = in.get(0);
    Value y = output();
    for (int i = 0; i < factors.length; i++) {
      y.numbers()[i] = x.numbers()[i] * factors[i];
    }
    backward.push(
        () -> {
          for (int i = 0; i < factors.length; i++) {
            x.gradients()[i] += y.gradients()[i] * factors[i];
          }
        });
    return y;
  }

  /** A number in [0, 1), a function of the step's name, the row's key and the element alone. */
  private static double draw(String name, int rowKey, int element) {
    return new java.util.SplittableRandom(
            name.hashCode() * 0x9e3779b97f4a7c15L
                ^ rowKey * 0xbf58476d1ce4e5b9L
                ^ element * 0x94d049bb133111ebL)
        .nextDouble();
  }

  @Override
  public Value visit(BatchNorm layer) {
    return mode == Mode.TRAINING ? normalizeByGroup(layer) : normalizeByMovingAverage(layer);
  }

  private Value normalizeByMovingAverage(BatchNorm layer) {
    Value x = in.get(0);
    Value y = output();
    int channels = x.innermost();
    ParameterLayout layout = network.state();
    int mean = layout.view(layer.name() + "/moving_mean").offset();
    int variance = layout.view(layer.name() + "/moving_variance").offset();
    int gamma = parameter(layer, "gamma");
    int beta = parameter(layer, "beta");
    for (int i = 0; i < y.numbers().length; i++) {
      int c = i % channels;
      double xHat =
          (x.numbers()[i] - newState[mean + c])
              / Math.sqrt(newState[variance + c] + layer.epsilon());
      y.numbers()[i] = parameters[gamma + c] * xHat + parameters[beta + c];
    }
    return y;
  }

  private Value normalizeByGroup(BatchNorm layer) {
    Value x = in.get(0);
    Value y = output();
    int channels = x.innermost();
    double[] batchMean = new double[channels];
    double[] batchVariance = new double[channels];
    for (int group : Arrays.stream(groups).distinct().toArray()) {
      int[] members = Arrays.stream(range(rows)).filter(row -> groups[row] == group).toArray();
      for (int c = 0; c < channels; c++) {
        int[] places = places(members, x.shape(), channels, c);
        double mean =
            Arrays.stream(places).mapToDouble(i -> x.numbers()[i]).average().orElseThrow();
        double variance =
            Arrays.stream(places)
                .mapToDouble(i -> Math.pow(x.numbers()[i] - mean, 2))
                .average()
                .orElseThrow();
        batchMean[c] += mean * members.length / rows;
        batchVariance[c] += variance * members.length / rows;
        normalize(
            x,
            y,
            places,
            mean,
            Math.sqrt(variance + layer.epsilon()),
            parameter(layer, "gamma") + c,
            parameter(layer, "beta") + c);
      }
    }
    average(layer, "moving_mean", batchMean);
    average(layer, "moving_variance", batchVariance);
    return y;
  }

  /** One channel of one group. */
  private void normalize(
      Value x, Value y, int[] places, double mean, double deviation, int gamma, int beta) {
    for (int i : places) {
      double xHat = (x.numbers()[i] - mean) / deviation;
      y.numbers()[i] = parameters[gamma] * xHat + parameters[beta];
    }
    backward.push(
        () -> {
          double sum = 0;
          double sumByXHat = 0;
          for (int i : places) {
            sum += y.gradients()[i];
            sumByXHat += y.gradients()[i] * (x.numbers()[i] - mean) / deviation;
          }
          parameterGradients[beta] += sum;
          parameterGradients[gamma] += sumByXHat;
          for (int i : places) {
            double xHat = (x.numbers()[i] - mean) / deviation;
            x.gradients()[i] +=
                parameters[gamma]
                    / deviation
                    * (y.gradients()[i] - sum / places.length - xHat * sumByXHat / places.length);
          }
        });
  }

  private void average(BatchNorm layer, String role, double[] batch) {
    int offset = network.state().view(layer.name() + "/" + role).offset();
    for (int c = 0; c < batch.length; c++) {
      newState[offset + c] =
          layer.momentum() * newState[offset + c] + (1 - layer.momentum()) * batch[c];
    }
  }

  private static int[] range(int end) {
    return java.util.stream.IntStream.range(0, end).toArray();
  }

  /** Where a channel's numbers of some rows lie. */
  private static int[] places(int[] members, Shape shape, int channels, int channel) {
    return Arrays.stream(members)
        .flatMap(
            row ->
                Arrays.stream(range(shape.size() / channels))
                    .map(place -> row * shape.size() + place * channels + channel))
        .toArray();
  }

  @Override
  public Value visit(Add layer) {
    Value y = output();
    for (Value x : in) {
      for (int i = 0; i < y.numbers().length; i++) {
        y.numbers()[i] += x.numbers()[i];
      }
    }
    List<Value> terms = in;
    backward.push(
        () -> {
          for (Value x : terms) {
            for (int i = 0; i < y.numbers().length; i++) {
              x.gradients()[i] += y.gradients()[i];
            }
          }
        });
    return y;
  }

  @Override
  public Value visit(Concatenate layer) {
    Value y = output();
    int axis = layer.axis() < 0 ? layer.axis() + y.shape().rank() : layer.axis();
    int inner = 1; // elements of one place along the axis
    for (int after = axis + 1; after < y.shape().rank(); after++) {
      inner *= y.shape().dimension(after);
    }
    int width = y.shape().dimension(axis) * inner;
    int from = 0;
    for (Value x : in) {
      int own = x.shape().dimension(axis) * inner;
      int start = from;
      for (int i = 0; i < x.numbers().length; i++) {
        y.numbers()[i / own * width + start + i % own] = x.numbers()[i];
      }
      backward.push(
          () -> {
            for (int i = 0; i < x.numbers().length; i++) {
              x.gradients()[i] += y.gradients()[i / own * width + start + i % own];
            }
          });
      from += own;
    }
    return y;
  }

  @Override
  public Value visit(Conv2d layer) {
    throw pictures(layer);
  }

  @Override
  public Value visit(MaxPool2d layer) {
    throw pictures(layer);
  }

  @Override
  public Value visit(AveragePool2d layer) {
    throw pictures(layer);
  }

  private static UnsupportedOperationException pictures(Layer layer) {
    return new UnsupportedOperationException(
        "Unsupported layer " + layer + ". The reference engine knows no pictures.");
  }
}
