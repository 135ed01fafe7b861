package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution of each channel of a sequence by itself, then one of single steps, plus a bias,
 * through an activation: {@code [steps, in]} becomes {@code [places, filters]}. Parameters: {@code
 * depthwise_kernel [size, in, multiplier]}, {@code pointwise_kernel [in · multiplier, filters]} and
 * {@code bias [filters]}.
 *
 * @param window one high
 * @param multiplier outputs of the first convolution per channel
 */
public record SeparableConv1d(
    String name,
    int filters,
    Window window,
    int multiplier,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer)
    implements Layer {

  public SeparableConv1d {
    Layer.atLeast(1, "filters", filters);
    Layer.atLeast(1, "multiplier", multiplier);
    Sequences.checkWindow(window);
  }

  /** Stride 1, no padding. */
  public static SeparableConv1d of(int filters, int kernelSize) {
    return new SeparableConv1d(
        null,
        filters,
        Window.of(1, kernelSize),
        1,
        Activation.LINEAR,
        Bias.ADDED,
        Initializer.glorotUniform());
  }

  private SeparableConv1d with(Window window) {
    return new SeparableConv1d(
        name, filters, window, multiplier, activation, bias, kernelInitializer);
  }

  public SeparableConv1d withStride(int stride) {
    return with(window.withStride(stride));
  }

  public SeparableConv1d withPadding(Padding padding) {
    return with(window.withPadding(padding));
  }

  public SeparableConv1d samePadding() {
    return withPadding(Padding.SAME);
  }

  public SeparableConv1d withDilation(int dilation) {
    return with(window.withDilation(dilation));
  }

  public SeparableConv1d withMultiplier(int multiplier) {
    return new SeparableConv1d(
        name, filters, window, multiplier, activation, bias, kernelInitializer);
  }

  public SeparableConv1d withActivation(Activation activation) {
    return new SeparableConv1d(
        name, filters, window, multiplier, activation, bias, kernelInitializer);
  }

  public SeparableConv1d relu() {
    return withActivation(Activation.RELU);
  }

  public SeparableConv1d withoutBias() {
    return new SeparableConv1d(
        name, filters, window, multiplier, activation, Bias.NONE, kernelInitializer);
  }

  public SeparableConv1d withKernelInitializer(Initializer initializer) {
    return new SeparableConv1d(name, filters, window, multiplier, activation, bias, initializer);
  }

  @Override
  public SeparableConv1d named(String name) {
    return new SeparableConv1d(
        name, filters, window, multiplier, activation, bias, kernelInitializer);
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
        new ParameterSpec(
            "depthwise_kernel", Shape.of(window.width(), in, multiplier), kernelInitializer));
    specs.add(
        new ParameterSpec(
            "pointwise_kernel", Shape.of(in * multiplier, filters), kernelInitializer));
    bias.of(filters).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor kernel = Sequences.asImage(scope.parameter("depthwise_kernel"));
    Tensor y = Sequences.asImage(inputs.get(0)).convolvedByChannel(kernel, window);
    Tensor mixed =
        y.reshaped(scope.outputShape().dimension(0), y.shape().dimension(-1))
            .matMul(scope.parameter("pointwise_kernel"));
    return activation.of(bias.addedTo(mixed, scope));
  }
}
