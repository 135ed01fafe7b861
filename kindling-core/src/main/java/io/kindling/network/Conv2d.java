package io.kindling.network;

import io.kindling.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-correlation of pictures with a bank of filters, plus a bias, through an activation: {@code
 * [height, width, in]} becomes {@code [places, places, filters]}. Parameters: {@code kernel
 * [kernelHeight, kernelWidth, in, filters]} and {@code bias [filters]}.
 *
 * @param stride pixels between places, along both axes
 */
public record Conv2d(
    String name,
    int filters,
    int kernelHeight,
    int kernelWidth,
    int stride,
    Padding padding,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer)
    implements Layer {

  public Conv2d {
    Layer.atLeast(1, "filters", filters);
    Layer.atLeast(1, "kernel height", kernelHeight);
    Layer.atLeast(1, "kernel width", kernelWidth);
    Layer.atLeast(1, "stride", stride);
  }

  /** A square kernel, stride 1, no padding. */
  public static Conv2d of(int filters, int kernelSize) {
    return of(filters, kernelSize, kernelSize);
  }

  public static Conv2d of(int filters, int kernelHeight, int kernelWidth) {
    return new Conv2d(
        null,
        filters,
        kernelHeight,
        kernelWidth,
        1,
        Padding.VALID,
        Activation.LINEAR,
        Bias.ADDED,
        Initializer.glorotUniform());
  }

  public Conv2d withStride(int stride) {
    return new Conv2d(
        name,
        filters,
        kernelHeight,
        kernelWidth,
        stride,
        padding,
        activation,
        bias,
        kernelInitializer);
  }

  public Conv2d withPadding(Padding padding) {
    return new Conv2d(
        name,
        filters,
        kernelHeight,
        kernelWidth,
        stride,
        padding,
        activation,
        bias,
        kernelInitializer);
  }

  public Conv2d samePadding() {
    return withPadding(Padding.SAME);
  }

  public Conv2d withActivation(Activation activation) {
    return new Conv2d(
        name,
        filters,
        kernelHeight,
        kernelWidth,
        stride,
        padding,
        activation,
        bias,
        kernelInitializer);
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
    return new Conv2d(
        name,
        filters,
        kernelHeight,
        kernelWidth,
        stride,
        padding,
        activation,
        Bias.NONE,
        kernelInitializer);
  }

  public Conv2d withKernelInitializer(Initializer initializer) {
    return new Conv2d(
        name, filters, kernelHeight, kernelWidth, stride, padding, activation, bias, initializer);
  }

  @Override
  public Conv2d named(String name) {
    return new Conv2d(
        name,
        filters,
        kernelHeight,
        kernelWidth,
        stride,
        padding,
        activation,
        bias,
        kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.slide(
        Layer.onlyImage(inputs), kernelHeight, kernelWidth, stride, padding, filters);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.onlyImage(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(
        new ParameterSpec(
            "kernel", Shape.of(kernelHeight, kernelWidth, in, filters), kernelInitializer));
    if (bias == Bias.ADDED) {
      specs.add(new ParameterSpec("bias", Shape.of(filters), Initializer.zeros()));
    }
    return specs;
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
