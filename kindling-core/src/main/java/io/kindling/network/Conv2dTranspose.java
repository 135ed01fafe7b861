package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * The transpose of a convolution's linear map, plus a bias, through an activation, which makes
 * pictures larger: {@code [height, width, in]} becomes {@code [height · stride, width · stride,
 * filters]} where the window is padded, and, if positive, {@code kernel − stride} more along each
 * axis where it is not. Zeiler et al., <i>Deconvolutional Networks</i>, 2010. Parameters: {@code
 * kernel [kernelHeight, kernelWidth, filters, in]} and {@code bias [filters]}.
 *
 * @param window of the convolution that would lead back; not dilated
 */
public record Conv2dTranspose(
    String name,
    int filters,
    Window window,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer)
    implements Layer {

  public Conv2dTranspose {
    Layer.atLeast(1, "filters", filters);
    if (window.dilation() != 1) {
      throw new IllegalArgumentException(
          "Invalid dilation " + window.dilation() + ". A transposed convolution has none.");
    }
  }

  /** A square kernel, stride 1, no padding. */
  public static Conv2dTranspose of(int filters, int kernelSize) {
    return new Conv2dTranspose(
        null,
        filters,
        Window.of(kernelSize, kernelSize),
        Activation.LINEAR,
        Bias.ADDED,
        Initializer.glorotUniform());
  }

  private Conv2dTranspose with(Window window) {
    return new Conv2dTranspose(name, filters, window, activation, bias, kernelInitializer);
  }

  public Conv2dTranspose withStride(int stride) {
    return with(window.withStride(stride));
  }

  public Conv2dTranspose withPadding(Padding padding) {
    return with(window.withPadding(padding));
  }

  public Conv2dTranspose samePadding() {
    return withPadding(Padding.SAME);
  }

  public Conv2dTranspose withActivation(Activation activation) {
    return new Conv2dTranspose(name, filters, window, activation, bias, kernelInitializer);
  }

  public Conv2dTranspose relu() {
    return withActivation(Activation.RELU);
  }

  public Conv2dTranspose withoutBias() {
    return new Conv2dTranspose(name, filters, window, activation, Bias.NONE, kernelInitializer);
  }

  public Conv2dTranspose withKernelInitializer(Initializer initializer) {
    return new Conv2dTranspose(name, filters, window, activation, bias, initializer);
  }

  @Override
  public Conv2dTranspose named(String name) {
    return new Conv2dTranspose(name, filters, window, activation, bias, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape image = Layer.onlyImage(inputs);
    return Shape.of(
        pixels(image.dimension(0), window.height()),
        pixels(image.dimension(1), window.width()),
        filters);
  }

  private int pixels(int places, int cells) {
    int more = window.padding() == Padding.SAME ? 0 : Math.max(cells - window.stride(), 0);
    return places * window.stride() + more;
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.onlyImage(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(
        new ParameterSpec(
            "kernel", Shape.of(window.height(), window.width(), filters, in), kernelInitializer));
    bias.of(filters).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return scope.pointwise(
        activation.isMonotone(),
        inputs.get(0).convolvedBackwards(scope.parameter("kernel"), window, scope.outputShape()),
        y -> activation.of(bias.addedTo(y, scope)));
  }
}
