package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** What a layer inside another layer has at hand: the outer layer's, under names of its own. */
record InnerScope(LayerScope outer, String prefix, Shape outputShape) implements LayerScope {

  /** The inner layer's arrays among those of the outer one. */
  static List<ParameterSpec> renamed(String prefix, List<ParameterSpec> specs) {
    return specs.stream().map(spec -> spec.named(prefix + "_" + spec.name())).toList();
  }

  /** Applies a layer inside another. */
  static Tensor apply(Layer layer, String prefix, LayerScope outer, List<Tensor> inputs) {
    Shape shape = layer.outputShape(inputs.stream().map(Tensor::shape).toList());
    return layer.apply(new InnerScope(outer, prefix, shape), inputs);
  }

  @Override
  public boolean isTraining() {
    return outer.isTraining();
  }

  @Override
  public Tensor parameter(String role) {
    return outer.parameter(prefix + "_" + role);
  }

  @Override
  public Tensor state(String role) {
    return outer.state(prefix + "_" + role);
  }

  @Override
  public void setState(String role, Tensor value) {
    outer.setState(prefix + "_" + role, value);
  }

  @Override
  public Tensor dropoutMask(double rate, Shape shape) {
    return outer.dropoutMask(rate, shape);
  }

  @Override
  public Tensor normal(Shape shape) {
    return outer.normal(shape);
  }

  @Override
  public Normalized normalizedByGroup(Tensor x, Tensor gamma, Tensor beta, double epsilon) {
    return outer.normalizedByGroup(x, gamma, beta, epsilon);
  }
}
