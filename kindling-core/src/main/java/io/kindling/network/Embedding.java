package io.kindling.network;

import io.kindling.network.ParameterSpec.GradientKind;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A trained vector for each whole number of 0 up to, not including, {@code vocabulary}: {@code
 * [...]} becomes {@code [..., size]}. Bengio et al., <i>A Neural Probabilistic Language Model</i>,
 * 2003. Parameter: {@code table [vocabulary, size]}. A number outside the vocabulary fails the step
 * that meets it.
 *
 * @param gradient sparse, so that a step costs what its rows cost, however large the table: the
 *     optimizer leaves rows that a step does not look up as they are, with what it remembers of
 *     them, as in PyTorch's SparseAdam. Dense, it moves all rows in each step, as its paper says
 */
public record Embedding(
    String name, int vocabulary, int size, Initializer tableInitializer, GradientKind gradient)
    implements Layer {

  public Embedding {
    Layer.atLeast(1, "vocabulary", vocabulary);
    Layer.atLeast(1, "size", size);
  }

  public static Embedding of(int vocabulary, int size) {
    return new Embedding(null, vocabulary, size, Initializer.uniform(0.05), GradientKind.SPARSE);
  }

  public Embedding withTableInitializer(Initializer initializer) {
    return new Embedding(name, vocabulary, size, initializer, gradient);
  }

  /** Whose optimizer moves all rows in each step. */
  public Embedding withDenseGradient() {
    return new Embedding(name, vocabulary, size, tableInitializer, GradientKind.DENSE);
  }

  @Override
  public SparseDense ofSparse(int elements) {
    if (elements != vocabulary) {
      throw new IllegalArgumentException(
          "Invalid network: the vocabulary "
              + vocabulary
              + " of an Embedding is not the size "
              + elements
              + " of the sparse input before it. Make them equal.");
    }
    return new SparseDense(name, elements, size, Activation.LINEAR, Bias.NONE, tableInitializer);
  }

  @Override
  public Embedding named(String name) {
    return new Embedding(name, vocabulary, size, tableInitializer, gradient);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    List<Integer> dimensions = new ArrayList<>(Layer.only(inputs).dimensions());
    dimensions.add(size);
    return new Shape(dimensions);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    return List.of(
        new ParameterSpec("table", Shape.of(vocabulary, size), tableInitializer, gradient));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return scope.parameter("table").partsAt(inputs.get(0).toWholeNumbers());
  }

  @Override
  public boolean takesWholeNumbers() {
    return true;
  }
}
