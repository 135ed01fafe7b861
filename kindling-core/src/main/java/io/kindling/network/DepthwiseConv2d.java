package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-correlation of each channel with filters of its own, plus a bias, through an activation:
 * {@code [height, width, in]} becomes {@code [places, places, in · multiplier]}. Parameters: {@code
 * kernel [kernelHeight, kernelWidth, in, multiplier]} and {@code bias [in · multiplier]}.
 *
 * @param multiplier filters per channel
 */
public record DepthwiseConv2d(
    String name,
    Window window,
    int multiplier,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer)
    implements Layer {

  public DepthwiseConv2d {
    Layer.atLeast(1, "multiplier", multiplier);
  }

  /** A square kernel, stride 1, no padding, one filter per channel. */
  public static DepthwiseConv2d of(int kernelSize) {
    return new DepthwiseConv2d(
        null,
        Window.of(kernelSize, kernelSize),
        1,
        Activation.LINEAR,
        Bias.ADDED,
        Initializer.glorotUniform());
  }

  private DepthwiseConv2d with(Window window) {
    return new DepthwiseConv2d(name, window, multiplier, activation, bias, kernelInitializer);
  }

  public DepthwiseConv2d withStride(int stride) {
    return with(window.withStride(stride));
  }

  public DepthwiseConv2d withPadding(Padding padding) {
    return with(window.withPadding(padding));
  }

  public DepthwiseConv2d samePadding() {
    return withPadding(Padding.SAME);
  }

  public DepthwiseConv2d withDilation(int dilation) {
    return with(window.withDilation(dilation));
  }

  public DepthwiseConv2d withMultiplier(int multiplier) {
    return new DepthwiseConv2d(name, window, multiplier, activation, bias, kernelInitializer);
  }

  public DepthwiseConv2d withActivation(Activation activation) {
    return new DepthwiseConv2d(name, window, multiplier, activation, bias, kernelInitializer);
  }

  public DepthwiseConv2d relu() {
    return withActivation(Activation.RELU);
  }

  public DepthwiseConv2d withoutBias() {
    return new DepthwiseConv2d(name, window, multiplier, activation, Bias.NONE, kernelInitializer);
  }

  public DepthwiseConv2d withKernelInitializer(Initializer initializer) {
    return new DepthwiseConv2d(name, window, multiplier, activation, bias, initializer);
  }

  @Override
  public DepthwiseConv2d named(String name) {
    return new DepthwiseConv2d(name, window, multiplier, activation, bias, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape image = Layer.onlyImage(inputs);
    return window.over(image, image.dimension(-1) * multiplier);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.onlyImage(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(
        new ParameterSpec(
            "kernel",
            Shape.of(window.height(), window.width(), in, multiplier),
            kernelInitializer));
    bias.of(in * multiplier).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return scope.pointwise(
        activation.isMonotone(),
        inputs.get(0).convolvedByChannel(scope.parameter("kernel"), window),
        y -> activation.of(bias.addedTo(y, scope)));
  }
}
