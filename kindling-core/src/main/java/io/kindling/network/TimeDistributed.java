package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The same layer on every step, the outermost axis, by itself: {@code [steps, ...]} becomes {@code
 * [steps, ...]}. Parameters: the layer's.
 *
 * @param layer one that neither draws random numbers nor takes statistics
 */
public record TimeDistributed(String name, Layer layer) implements Layer {

  public TimeDistributed {
    if (layer.drawsRandomNumbers() || layer.takesStatistics()) {
      throw new IllegalArgumentException(
          "Invalid layer "
              + layer
              + ". What draws random numbers or takes statistics applies to all steps as it is; leave"
              + " TimeDistributed out.");
    }
    layer = layer.named("layer");
  }

  public static TimeDistributed of(Layer layer) {
    return new TimeDistributed(null, layer);
  }

  @Override
  public TimeDistributed named(String name) {
    return new TimeDistributed(name, layer);
  }

  private static Shape step(List<Shape> inputs) {
    Shape sequence = Layer.onlyArray(inputs);
    return new Shape(sequence.dimensions().subList(1, sequence.rank()));
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    List<Integer> dimensions =
        new ArrayList<>(layer.outputShape(List.of(step(inputs))).dimensions());
    dimensions.add(0, inputs.get(0).dimension(0));
    return new Shape(dimensions);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    return InnerScope.renamed("layer", layer.parameters(List.of(step(inputs))));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int steps = x.shape().dimension(0);
    return InnerScope.apply(layer, "layer", scope, List.of(x.partsAsRows())).rowsAsParts(steps);
  }
}
