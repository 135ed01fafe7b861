package io.kindling.tensorflow;

import io.kindling.engine.reference.ActivationFormula;
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
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.Reshape;
import io.kindling.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A network in scoring mode, one row at a time, in loops and in double precision. */
final class SlowNetwork implements LayerVisitor<double[]> {

  private final LayerNetwork network;
  private final float[] parameters;
  private final float[] state;
  private LayerNetwork.Step step;
  private List<double[]> in;

  SlowNetwork(LayerNetwork network, float[] parameters, float[] state) {
    this.network = network;
    this.parameters = parameters;
    this.state = state;
  }

  /** All values of a row, by the names of inputs and steps. */
  Map<String, double[]> row(Map<String, double[]> inputs) {
    Map<String, double[]> values = new HashMap<>(inputs);
    for (LayerNetwork.Step next : network.steps()) {
      step = next;
      in = next.inputs().stream().map(values::get).toList();
      values.put(next.name(), next.layer().accept(this));
    }
    return values;
  }

  private Shape inShape() {
    return network.inputShapes(step).get(0);
  }

  private Shape outShape() {
    return network.shape(step.name());
  }

  private double[] array(Layer layer, String role) {
    return read(network.parameters(), parameters, layer.name() + "/" + role);
  }

  private static double[] read(ParameterLayout layout, float[] flat, String name) {
    View view = layout.view(name);
    double[] values = new double[view.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = flat[view.offset() + i];
    }
    return values;
  }

  @Override
  public double[] visit(Dense layer) {
    int n = inShape().dimension(-1);
    int m = layer.units();
    double[] x = in.get(0);
    double[] w = array(layer, "kernel");
    double[] b = layer.bias() == Bias.ADDED ? array(layer, "bias") : new double[m];
    double[] y = new double[x.length / n * m];
    for (int place = 0; place < x.length / n; place++) {
      for (int j = 0; j < m; j++) {
        double sum = b[j];
        for (int i = 0; i < n; i++) {
          sum += x[place * n + i] * w[i * m + j];
        }
        y[place * m + j] = sum;
      }
    }
    return activate(layer.activation(), y);
  }

  private double[] activate(Activation activation, double[] x) {
    double[] y = x.clone();
    for (int i = 0; i < x.length; i++) {
      y[i] = activation.isAlongAxis() ? x[i] : ActivationFormula.of(activation, x[i]);
    }
    if (activation.isAlongAxis()) {
      int classes = outShape().dimension(-1);
      for (int from = 0; from < x.length; from += classes) {
        double sum = 0;
        for (int i = from; i < from + classes; i++) {
          sum += Math.exp(x[i]);
        }
        for (int i = from; i < from + classes; i++) {
          double p = Math.exp(x[i]) / sum;
          y[i] = activation == Activation.SOFTMAX ? p : Math.log(p);
        }
      }
    }
    return y;
  }

  /** What a window makes of the pixels it sees. */
  private interface Window {
    /**
     * @param places for each place of the window its pixel's number, or -1 outside the picture
     */
    void at(int place, int[] places);
  }

  private void slide(int height, int width, int stride, Padding padding, Window window) {
    int h = inShape().dimension(0);
    int w = inShape().dimension(1);
    int rows = outShape().dimension(0);
    int columns = outShape().dimension(1);
    boolean same = padding == Padding.SAME;
    int top = same ? Math.max(0, (rows - 1) * stride + height - h) / 2 : 0;
    int left = same ? Math.max(0, (columns - 1) * stride + width - w) / 2 : 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int[] pixels = new int[height * width];
        for (int i = 0; i < height; i++) {
          for (int j = 0; j < width; j++) {
            int y = r * stride + i - top;
            int x = c * stride + j - left;
            pixels[i * width + j] = y < 0 || y >= h || x < 0 || x >= w ? -1 : y * w + x;
          }
        }
        window.at(r * columns + c, pixels);
      }
    }
  }

  @Override
  public double[] visit(Conv2d layer) {
    int n = inShape().dimension(2);
    int m = layer.filters();
    double[] x = in.get(0);
    double[] kernel = array(layer, "kernel");
    double[] bias = layer.bias() == Bias.ADDED ? array(layer, "bias") : new double[m];
    double[] y = new double[outShape().size()];
    slide(
        layer.kernelHeight(),
        layer.kernelWidth(),
        layer.stride(),
        layer.padding(),
        (place, pixels) -> {
          for (int f = 0; f < m; f++) {
            double sum = bias[f];
            for (int k = 0; k < pixels.length; k++) {
              for (int c = 0; c < n && pixels[k] >= 0; c++) {
                sum += x[pixels[k] * n + c] * kernel[(k * n + c) * m + f];
              }
            }
            y[place * m + f] = sum;
          }
        });
    return activate(layer.activation(), y);
  }

  @Override
  public double[] visit(MaxPool2d layer) {
    int n = inShape().dimension(2);
    double[] x = in.get(0);
    double[] y = new double[outShape().size()];
    slide(
        layer.size(),
        layer.size(),
        layer.stride(),
        layer.padding(),
        (place, pixels) -> {
          for (int c = 0; c < n; c++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int pixel : pixels) {
              largest = pixel < 0 ? largest : Math.max(largest, x[pixel * n + c]);
            }
            y[place * n + c] = largest;
          }
        });
    return y;
  }

  @Override
  public double[] visit(AveragePool2d layer) {
    int n = inShape().dimension(2);
    double[] x = in.get(0);
    double[] y = new double[outShape().size()];
    slide(
        layer.size(),
        layer.size(),
        layer.stride(),
        layer.padding(),
        (place, pixels) -> {
          for (int c = 0; c < n; c++) {
            double sum = 0;
            int count = 0;
            for (int pixel : pixels) {
              if (pixel >= 0) {
                sum += x[pixel * n + c];
                count++;
              }
            }
            y[place * n + c] = sum / count;
          }
        });
    return y;
  }

  @Override
  public double[] visit(Flatten layer) {
    return in.get(0);
  }

  @Override
  public double[] visit(Reshape layer) {
    return in.get(0);
  }

  @Override
  public double[] visit(Dropout layer) {
    return in.get(0);
  }

  @Override
  public double[] visit(BatchNorm layer) {
    double[] gamma = array(layer, "gamma");
    double[] beta = array(layer, "beta");
    double[] mean = read(network.state(), state, layer.name() + "/moving_mean");
    double[] variance = read(network.state(), state, layer.name() + "/moving_variance");
    double[] y = in.get(0).clone();
    for (int i = 0; i < y.length; i++) {
      int c = i % gamma.length;
      y[i] = gamma[c] * (y[i] - mean[c]) / Math.sqrt(variance[c] + layer.epsilon()) + beta[c];
    }
    return y;
  }

  @Override
  public double[] visit(Activate layer) {
    return activate(layer.activation(), in.get(0));
  }

  @Override
  public double[] visit(Add layer) {
    double[] y = new double[in.get(0).length];
    for (double[] x : in) {
      for (int i = 0; i < y.length; i++) {
        y[i] += x[i];
      }
    }
    return y;
  }

  @Override
  public double[] visit(Concatenate layer) {
    List<Shape> shapes = network.inputShapes(step);
    int axis = layer.axis() < 0 ? layer.axis() + inShape().rank() : layer.axis();
    int outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= inShape().dimension(i);
    }
    double[] y = new double[outShape().size()];
    int to = 0;
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < in.size(); i++) {
        int length = shapes.get(i).size() / outer;
        System.arraycopy(in.get(i), o * length, y, to, length);
        to += length;
      }
    }
    return y;
  }
}
