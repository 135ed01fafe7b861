package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * softmax(Q Kᵀ / √size) V for several heads side by side, with Q of one sequence and K and V of
 * another or the same one, and a last affine map. Vaswani et al., <i>Attention Is All You Need</i>,
 * 2017.
 *
 * <p>Inputs: the queries {@code [n, d]}; the keys {@code [m, e]}, if it is not the queries that
 * attend to themselves; and, if {@code masked}, the keys' mask {@code [m]} last. The output is
 * {@code [n, d]}. Parameters: {@code query_kernel [d, heads · size]}, {@code key_kernel} and {@code
 * value_kernel [e, heads · size]}, {@code output_kernel [heads · size, d]}, and biases of their
 * columns.
 *
 * @param size of one head
 * @param reach whether a step attends to all steps or only to itself and those before
 * @param isMasked whether a mask is the last input
 * @param dropout share of the attention's weights that are dropped in training
 */
public record MultiHeadAttention(
    String name,
    int heads,
    int size,
    Reach reach,
    boolean isMasked,
    double dropout,
    Initializer kernelInitializer)
    implements Layer {

  /** What a step attends to. */
  public enum Reach {
    EVERYWHERE,
    CAUSAL;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public MultiHeadAttention {
    Layer.atLeast(1, "heads", heads);
    Layer.atLeast(1, "size", size);
    Layer.share("dropout rate", dropout);
  }

  /** Of a sequence to all of another or of itself. */
  public static MultiHeadAttention of(int heads, int size) {
    return new MultiHeadAttention(
        null, heads, size, Reach.EVERYWHERE, false, 0, Initializer.glorotUniform());
  }

  /** Of each step to itself and those before only. */
  public MultiHeadAttention causal() {
    return new MultiHeadAttention(
        name, heads, size, Reach.CAUSAL, isMasked, dropout, kernelInitializer);
  }

  /** With the keys' mask as the last input. */
  public MultiHeadAttention masked() {
    return new MultiHeadAttention(name, heads, size, reach, true, dropout, kernelInitializer);
  }

  public MultiHeadAttention withDropout(double rate) {
    return new MultiHeadAttention(name, heads, size, reach, isMasked, rate, kernelInitializer);
  }

  @Override
  public MultiHeadAttention named(String name) {
    return new MultiHeadAttention(name, heads, size, reach, isMasked, dropout, kernelInitializer);
  }

  private static Shape queries(List<Shape> inputs) {
    return Layer.onlySequence(inputs.subList(0, 1));
  }

  private Shape keys(List<Shape> inputs) {
    int sequences = inputs.size() - (isMasked ? 1 : 0);
    if (sequences < 1 || sequences > 2) {
      throw new IllegalArgumentException(
          "it takes queries, perhaps keys"
              + (isMasked ? ", and the keys' mask" : "")
              + " but got "
              + inputs);
    }
    Shape keys = Layer.onlySequence(inputs.subList(sequences - 1, sequences));
    if (isMasked && !inputs.get(sequences).equals(Shape.of(keys.dimension(0)))) {
      throw new IllegalArgumentException(
          "its mask " + inputs.get(sequences) + " does not suit the keys " + keys);
    }
    if (reach == Reach.CAUSAL && queries(inputs).dimension(0) != keys.dimension(0)) {
      throw new IllegalArgumentException(
          "causal attention takes as many queries as keys but got " + inputs);
    }
    return keys;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    keys(inputs);
    return queries(inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int d = queries(inputs).dimension(1);
    int e = keys(inputs).dimension(1);
    List<ParameterSpec> specs = new ArrayList<>();
    addMap(specs, "query", d, heads * size);
    addMap(specs, "key", e, heads * size);
    addMap(specs, "value", e, heads * size);
    addMap(specs, "output", heads * size, d);
    return specs;
  }

  private void addMap(List<ParameterSpec> specs, String role, int in, int out) {
    specs.add(new ParameterSpec(role + "_kernel", Shape.of(in, out), kernelInitializer));
    specs.add(new ParameterSpec(role + "_bias", Shape.of(out), Initializer.zeros()));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor from = inputs.get(0);
    Tensor to = inputs.get(inputs.size() - (isMasked ? 2 : 1));
    int n = from.shape().dimension(0);
    Tensor scores =
        byHead(mapped(scope, "query", from).times(1 / Math.sqrt(size)))
            .matMulTransposed(byHead(mapped(scope, "key", to))); // [heads, n, m]
    if (isMasked) {
      scores = scores.plus(inputs.get(inputs.size() - 1).minus(1).times(1e9));
    }
    if (reach == Reach.CAUSAL) {
      scores = scores.plus(future(from, n));
    }
    Tensor weights = scores.softmax();
    if (scope.isTraining() && dropout > 0) {
      weights = weights.times(scope.dropoutMask(dropout, weights.shape()));
    }
    Tensor heard = weights.matMul(byHead(mapped(scope, "value", to))); // [heads, n, size]
    return mapped(scope, "output", heard.transposed(1, 0, 2).reshaped(n, heads * size));
  }

  private static Tensor mapped(LayerScope scope, String role, Tensor x) {
    return x.matMul(scope.parameter(role + "_kernel")).plus(scope.parameter(role + "_bias"));
  }

  private Tensor byHead(Tensor x) {
    return x.reshaped(x.shape().dimension(0), heads, size).transposed(1, 0, 2);
  }

  /** What makes the weight of later steps nothing. */
  private static Tensor future(Tensor x, int steps) {
    double[] penalties = new double[steps * steps];
    for (int i = 0; i < penalties.length; i++) {
      penalties[i] = i % steps > i / steps ? -1e9 : 0;
    }
    return x.constant(Shape.of(steps, steps), penalties);
  }

  @Override
  public boolean drawsRandomNumbers() {
    return dropout > 0;
  }
}
