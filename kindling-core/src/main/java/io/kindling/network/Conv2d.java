package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-correlation of pictures with a bank of filters, plus a bias, through an activation: {@code
 * [height, width, in]} becomes {@code [places, places, filters]}. Parameters: {@code kernel
 * [kernelHeight, kernelWidth, in / groups, filters]} and {@code bias [filters]}.
 *
 * @param groups into so many parts channels and filters are divided; each filter sees the channels
 *     of its part
 */
public record Conv2d(
    String name,
    int filters,
    Window window,
    int groups,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer)
    implements Layer {

  public Conv2d {
    Layer.atLeast(1, "filters", filters);
    Layer.atLeast(1, "groups", groups);
    if (filters % groups != 0) {
      throw new IllegalArgumentException(
          "Invalid groups " + groups + ". Use a divisor of the " + filters + " filters.");
    }
  }

  /** A square kernel, stride 1, no padding. */
  public static Conv2d of(int filters, int kernelSize) {
    return of(filters, kernelSize, kernelSize);
  }

  public static Conv2d of(int filters, int kernelHeight, int kernelWidth) {
    return new Conv2d(
        null,
        filters,
        Window.of(kernelHeight, kernelWidth),
        1,
        Activation.LINEAR,
        Bias.ADDED,
        Initializer.glorotUniform());
  }

  private Conv2d with(Window window) {
    return new Conv2d(name, filters, window, groups, activation, bias, kernelInitializer);
  }

  public Conv2d withStride(int stride) {
    return with(window.withStride(stride));
  }

  public Conv2d withPadding(Padding padding) {
    return with(window.withPadding(padding));
  }

  public Conv2d samePadding() {
    return withPadding(Padding.SAME);
  }

  public Conv2d withDilation(int dilation) {
    return with(window.withDilation(dilation));
  }

  public Conv2d withGroups(int groups) {
    return new Conv2d(name, filters, window, groups, activation, bias, kernelInitializer);
  }

  public Conv2d withActivation(Activation activation) {
    return new Conv2d(name, filters, window, groups, activation, bias, kernelInitializer);
  }

  public Conv2d relu() {
    return withActivation(Activation.RELU);
  }

  public Conv2d sigmoid() {
    return withActivation(Activation.SIGMOID);
  }

  public Conv2d tanh() {
    return withActivation(Activation.TANH);
  }

  public Conv2d withoutBias() {
    return new Conv2d(name, filters, window, groups, activation, Bias.NONE, kernelInitializer);
  }

  public Conv2d withKernelInitializer(Initializer initializer) {
    return new Conv2d(name, filters, window, groups, activation, bias, initializer);
  }

  @Override
  public Conv2d named(String name) {
    return new Conv2d(name, filters, window, groups, activation, bias, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape image = Layer.onlyImage(inputs);
    if (image.dimension(-1) % groups != 0) {
      throw new IllegalArgumentException(
          "its " + groups + " groups do not divide the channels of its input " + image);
    }
    return window.over(image, filters);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.onlyImage(inputs).dimension(-1) / groups;
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(
        new ParameterSpec(
            "kernel", Shape.of(window.height(), window.width(), in, filters), kernelInitializer));
    bias.of(filters).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return scope.pointwise(
        activation.isMonotone(),
        inputs.get(0).convolved(scope.parameter("kernel"), window),
        y -> activation.of(bias.addedTo(y, scope)));
  }
}
