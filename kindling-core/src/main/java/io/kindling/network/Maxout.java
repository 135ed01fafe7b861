package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The largest of several affine maps over the innermost axis: {@code [..., in]} becomes {@code
 * [..., units]}. Goodfellow et al., <i>Maxout Networks</i>, 2013. Parameters: {@code kernel [in,
 * units · pieces]} and {@code bias [units · pieces]}, whose columns {@code u · pieces} and
 * following belong to unit u.
 *
 * @param pieces maps per unit
 */
public record Maxout(String name, int units, int pieces, Initializer kernelInitializer)
    implements Layer {

  public Maxout {
    Layer.atLeast(1, "units", units);
    Layer.atLeast(2, "pieces", pieces);
  }

  public static Maxout of(int units, int pieces) {
    return new Maxout(null, units, pieces, Initializer.glorotUniform());
  }

  public Maxout withKernelInitializer(Initializer initializer) {
    return new Maxout(name, units, pieces, initializer);
  }

  @Override
  public Maxout named(String name) {
    return new Maxout(name, units, pieces, kernelInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyArray(inputs).withDimension(-1, units);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Layer.only(inputs).dimension(-1);
    return List.of(
        new ParameterSpec("kernel", Shape.of(in, units * pieces), kernelInitializer),
        new ParameterSpec("bias", Shape.of(units * pieces), Initializer.zeros()));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor y = inputs.get(0).matMul(scope.parameter("kernel")).plus(scope.parameter("bias"));
    List<Integer> dimensions = new ArrayList<>(scope.outputShape().dimensions());
    dimensions.add(pieces);
    return y.reshaped(new Shape(dimensions)).largest(-1).reshaped(scope.outputShape());
  }
}
