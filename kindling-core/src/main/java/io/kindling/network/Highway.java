package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * y = t · f(x W + b) + (1 − t) · x with the gate t = σ(x Wₜ + bₜ), over the innermost axis.
 * Srivastava et al., <i>Highway Networks</i>, 2015. Parameters: {@code kernel} and {@code
 * gate_kernel [in, in]}, {@code bias} and {@code gate_bias [in]}; the gate's bias starts at −1, so
 * that most of x passes at first.
 */
public record Highway(String name, Activation activation, Initializer kernelInitializer)
    implements Layer {

  public static Highway of() {
    return new Highway(null, Activation.RELU, Initializer.glorotUniform());
  }

  public Highway withActivation(Activation activation) {
    return new Highway(name, activation, kernelInitializer);
  }

  public Highway withKernelInitializer(Initializer initializer) {
    return new Highway(name, activation, initializer);
  }

  @Override
  public Highway named(String name) {
    return new Highway(name, activation, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyArray(inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.only(inputs).dimension(-1);
    return List.of(
        new ParameterSpec("kernel", Shape.of(in, in), kernelInitializer),
        new ParameterSpec("bias", Shape.of(in), Initializer.zeros()),
        new ParameterSpec("gate_kernel", Shape.of(in, in), kernelInitializer),
        new ParameterSpec("gate_bias", Shape.of(in), Initializer.constant(-1)));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor made = activation.of(x.matMul(scope.parameter("kernel")).plus(scope.parameter("bias")));
    Tensor gate =
        x.matMul(scope.parameter("gate_kernel")).plus(scope.parameter("gate_bias")).sigmoid();
    return x.plus(gate.times(made.minus(x)));
  }
}
