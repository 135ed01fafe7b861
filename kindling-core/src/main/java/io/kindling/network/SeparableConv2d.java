package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution of each channel by itself, then one of single pixels, plus a bias, through an
 * activation: {@code [height, width, in]} becomes {@code [places, places, filters]}. Chollet,
 * <i>Xception</i>, 2017. Parameters: {@code depthwise_kernel [kernelHeight, kernelWidth, in,
 * multiplier]}, {@code pointwise_kernel [1, 1, in · multiplier, filters]} and {@code bias
 * [filters]}.
 *
 * @param multiplier outputs of the first convolution per channel
 */
public record SeparableConv2d(
    String name,
    int filters,
    Window window,
    int multiplier,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer)
    implements Layer {

  public SeparableConv2d {
    Layer.atLeast(1, "filters", filters);
    Layer.atLeast(1, "multiplier", multiplier);
  }

  /** A square kernel, stride 1, no padding. */
  public static SeparableConv2d of(int filters, int kernelSize) {
    return new SeparableConv2d(
        null,
        filters,
        Window.of(kernelSize, kernelSize),
        1,
        Activation.LINEAR,
        Bias.ADDED,
        Initializer.glorotUniform());
  }

  private SeparableConv2d with(Window window) {
    return new SeparableConv2d(
        name, filters, window, multiplier, activation, bias, kernelInitializer);
  }

  public SeparableConv2d withStride(int stride) {
    return with(window.withStride(stride));
  }

  public SeparableConv2d withPadding(Padding padding) {
    return with(window.withPadding(padding));
  }

  public SeparableConv2d samePadding() {
    return withPadding(Padding.SAME);
  }

  public SeparableConv2d withDilation(int dilation) {
    return with(window.withDilation(dilation));
  }

  public SeparableConv2d withMultiplier(int multiplier) {
    return new SeparableConv2d(
        name, filters, window, multiplier, activation, bias, kernelInitializer);
  }

  public SeparableConv2d withActivation(Activation activation) {
    return new SeparableConv2d(
        name, filters, window, multiplier, activation, bias, kernelInitializer);
  }

  public SeparableConv2d relu() {
    return withActivation(Activation.RELU);
  }

  public SeparableConv2d withoutBias() {
    return new SeparableConv2d(
        name, filters, window, multiplier, activation, Bias.NONE, kernelInitializer);
  }

  public SeparableConv2d withKernelInitializer(Initializer initializer) {
    return new SeparableConv2d(name, filters, window, multiplier, activation, bias, initializer);
  }

  @Override
  public SeparableConv2d named(String name) {
    return new SeparableConv2d(
        name, filters, window, multiplier, activation, bias, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return window.over(Layer.onlyImage(inputs), filters);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.onlyImage(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(
        new ParameterSpec(
            "depthwise_kernel",
            Shape.of(window.height(), window.width(), in, multiplier),
            kernelInitializer));
    specs.add(
        new ParameterSpec(
            "pointwise_kernel", Shape.of(1, 1, in * multiplier, filters), kernelInitializer));
    bias.of(filters).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return scope.pointwise(
        activation.isMonotone(),
        inputs
            .get(0)
            .convolvedByChannel(scope.parameter("depthwise_kernel"), window)
            .convolved(scope.parameter("pointwise_kernel"), Window.of(1, 1)),
        y -> activation.of(bias.addedTo(y, scope)));
  }
}
