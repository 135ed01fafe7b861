package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * y = f(x W + b) over the innermost axis: {@code [..., in]} becomes {@code [..., units]}.
 * Parameters: {@code kernel [in, units]} and {@code bias [units]}.
 */
public record Dense(
    String name, int units, Activation activation, Bias bias, Initializer kernelInitializer)
    implements Layer {

  public Dense {
    Layer.atLeast(1, "units", units);
  }

  public static Dense of(int units) {
    return new Dense(null, units, Activation.LINEAR, Bias.ADDED, Initializer.glorotUniform());
  }

  public Dense withActivation(Activation activation) {
    return new Dense(name, units, activation, bias, kernelInitializer);
  }

  public Dense relu() {
    return withActivation(Activation.RELU);
  }

  public Dense sigmoid() {
    return withActivation(Activation.SIGMOID);
  }

  public Dense tanh() {
    return withActivation(Activation.TANH);
  }

  public Dense softmax() {
    return withActivation(Activation.SOFTMAX);
  }

  public Dense withoutBias() {
    return new Dense(name, units, activation, Bias.NONE, kernelInitializer);
  }

  public Dense withKernelInitializer(Initializer initializer) {
    return new Dense(name, units, activation, bias, initializer);
  }

  @Override
  public SparseDense ofSparse(int size) {
    return new SparseDense(name, size, units, activation, bias, kernelInitializer);
  }

  @Override
  public Dense named(String name) {
    return new Dense(name, units, activation, bias, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyArray(inputs).withDimension(-1, units);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.only(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(new ParameterSpec("kernel", Shape.of(in, units), kernelInitializer));
    bias.of(units).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return activation.of(bias.addedTo(inputs.get(0).matMul(scope.parameter("kernel")), scope));
  }

  @Override
  public Activation lastActivation() {
    return activation;
  }
}
