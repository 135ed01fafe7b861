package io.kindling.network;

import io.kindling.network.ParameterSpec.GradientKind;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Dense} of sparse vectors: y = f(Σᵢ xᵢ Wᵢ + b) over the elements that are not zero, as
 * {@link Input#ofSparse} brings them; {@code [most, 2]} pairs of place and value become {@code
 * [units]}. Without bias and activation, the sum of embeddings. Parameters: {@code kernel [size,
 * units]}, whose gradient is as sparse as the rows, so that the optimizer leaves rows of it as they
 * are that a step does not meet; and {@code bias [units]}.
 *
 * <p>{@code Dense} and {@code Embedding} become this layer behind a sparse input.
 */
public record SparseDense(
    String name,
    int size,
    int units,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer)
    implements Layer {

  public SparseDense {
    Layer.atLeast(1, "size", size);
    Layer.atLeast(1, "units", units);
  }

  /**
   * With a bias and no activation.
   *
   * @param size elements of the vectors, zeros included
   */
  public static SparseDense of(int size, int units) {
    return Dense.of(units).ofSparse(size);
  }

  public SparseDense withActivation(Activation activation) {
    return new SparseDense(name, size, units, activation, bias, kernelInitializer);
  }

  public SparseDense relu() {
    return withActivation(Activation.RELU);
  }

  public SparseDense withoutBias() {
    return new SparseDense(name, size, units, activation, Bias.NONE, kernelInitializer);
  }

  public SparseDense withKernelInitializer(Initializer initializer) {
    return new SparseDense(name, size, units, activation, bias, initializer);
  }

  @Override
  public SparseDense ofSparse(int elements) {
    if (elements != size) {
      throw new IllegalArgumentException(
          "Invalid network: a SparseDense of "
              + size
              + " elements stands behind a sparse input of "
              + elements
              + ". Make them equal.");
    }
    return this;
  }

  @Override
  public SparseDense named(String name) {
    return new SparseDense(name, size, units, activation, bias, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape pairs = Layer.only(inputs);
    if (pairs.rank() != 2 || pairs.dimension(1) != 2) {
      throw new IllegalArgumentException(
          "it takes pairs of place and value [most, 2] but got "
              + pairs
              + ". Put it behind an Input.ofSparse");
    }
    return Shape.of(units);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(
        new ParameterSpec("kernel", Shape.of(size, units), kernelInitializer, GradientKind.SPARSE));
    bias.of(units).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor pairs = inputs.get(0);
    int most = pairs.shape().dimension(0);
    Tensor places = pairs.slice(1, 0, 1).reshaped(most).toWholeNumbers();
    Tensor values = pairs.slice(1, 1, 2).reshaped(most);
    Tensor sum = values.matMul(scope.parameter("kernel").partsAt(places));
    return activation.of(bias.addedTo(sum, scope));
  }

  @Override
  public Activation lastActivation() {
    return activation;
  }
}
