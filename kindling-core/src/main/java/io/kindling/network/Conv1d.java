package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-correlation of sequences with a bank of filters, plus a bias, through an activation: {@code
 * [steps, in]} becomes {@code [places, filters]}. Parameters: {@code kernel [size, in, filters]}
 * and {@code bias [filters]}.
 *
 * @param window one high
 */
public record Conv1d(
    String name,
    int filters,
    Window window,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer)
    implements Layer {

  public Conv1d {
    Layer.atLeast(1, "filters", filters);
    Sequences.checkWindow(window);
  }

  /** Stride 1, no padding. */
  public static Conv1d of(int filters, int kernelSize) {
    return new Conv1d(
        null,
        filters,
        Window.of(1, kernelSize),
        Activation.LINEAR,
        Bias.ADDED,
        Initializer.glorotUniform());
  }

  private Conv1d with(Window window) {
    return new Conv1d(name, filters, window, activation, bias, kernelInitializer);
  }

  public Conv1d withStride(int stride) {
    return with(window.withStride(stride));
  }

  public Conv1d withPadding(Padding padding) {
    return with(window.withPadding(padding));
  }

  public Conv1d samePadding() {
    return withPadding(Padding.SAME);
  }

  public Conv1d withDilation(int dilation) {
    return with(window.withDilation(dilation));
  }

  public Conv1d withActivation(Activation activation) {
    return new Conv1d(name, filters, window, activation, bias, kernelInitializer);
  }

  public Conv1d relu() {
    return withActivation(Activation.RELU);
  }

  public Conv1d withoutBias() {
    return new Conv1d(name, filters, window, activation, Bias.NONE, kernelInitializer);
  }

  public Conv1d withKernelInitializer(Initializer initializer) {
    return new Conv1d(name, filters, window, activation, bias, initializer);
  }

  @Override
  public Conv1d named(String name) {
    return new Conv1d(name, filters, window, activation, bias, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Sequences.over(window, Layer.onlySequence(inputs), filters);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.onlySequence(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(
        new ParameterSpec("kernel", Shape.of(window.width(), in, filters), kernelInitializer));
    bias.of(filters).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor kernel = Sequences.asImage(scope.parameter("kernel"));
    Tensor y = Sequences.asImage(inputs.get(0)).convolved(kernel, window);
    return activation.of(bias.addedTo(y, scope)).reshaped(scope.outputShape());
  }
}
