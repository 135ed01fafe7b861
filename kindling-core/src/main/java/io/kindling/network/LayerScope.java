package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.function.UnaryOperator;

/** What one application of a layer has at hand while it says what it computes; made by engines. */
public interface LayerScope {

  /** Whether the computation is a training step; else it scores. */
  boolean isTraining();

  /** One of the layer's {@link Layer#parameters}, by its role. */
  Tensor parameter(String role);

  /**
   * One of the layer's {@link Layer#state}, by its role: as the step began or as the layer has set
   * it since.
   */
  Tensor state(String role);

  /** Gives state a new value, in training. */
  void setState(String role, Tensor value);

  /** The shape that the layer has stated for its output. */
  Shape outputShape();

  /**
   * Zeros with probability {@code rate}, else 1 / (1 − rate): a function of seed, step, row and the
   * place of this layer in the network, and so the same on whatever worker. In training, by layers
   * that are {@link Layer#drawsRandomNumbers}.
   */
  Tensor dropoutMask(double rate, Shape shape);

  /**
   * Normal numbers around 0 with deviation 1: a function of what {@link #dropoutMask} is one of,
   * and likewise used.
   */
  Tensor normal(Shape shape);

  /**
   * y = γ (x − μ) / √(σ² + ε) + β with mean and biased variance per innermost channel, of the rows
   * of x's ghost batch. In training, by layers that are {@link Layer#takesStatistics}.
   */
  Normalized normalizedByGroup(Tensor x, Tensor gamma, Tensor beta, double epsilon);

  /**
   * What normalising makes.
   *
   * @param mean per channel, the mean over the ghost batches weighted by their rows
   * @param variance biased, likewise
   */
  record Normalized(Tensor output, Tensor mean, Tensor variance) {}

  /**
   * f(x), the last part of a layer, element by element. Where it never falls, an engine may leave
   * it until only the largest of its values are wanted.
   *
   * @param isMonotone whether f(x) never falls where x grows
   */
  default Tensor pointwise(boolean isMonotone, Tensor x, UnaryOperator<Tensor> f) {
    return f.apply(x);
  }
}
