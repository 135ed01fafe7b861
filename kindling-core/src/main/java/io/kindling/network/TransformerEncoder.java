package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * One block of a transformer's encoder: x + attention(norm(x)), then y + feedForward(norm(y)), with
 * a hidden layer of {@code hidden} units between two affine maps. Vaswani et al., 2017, with the
 * norm in front, which needs no warm-up: Xiong et al., <i>On Layer Normalization in the Transformer
 * Architecture</i>, 2020. {@code [n, d]} stays {@code [n, d]}; the mask {@code [n]} is the last
 * input of a masked one.
 *
 * @param attention of which the heads' sizes add up to anything
 * @param dropout share of what each half adds that is dropped in training
 */
public record TransformerEncoder(
    String name, MultiHeadAttention attention, int hidden, Activation activation, double dropout)
    implements Layer {

  private static final LayerNorm NORM = LayerNorm.of().withEpsilon(1e-5);

  public TransformerEncoder {
    Layer.atLeast(1, "hidden", hidden);
    Layer.share("dropout rate", dropout);
    attention = attention.named("attention");
  }

  public static TransformerEncoder of(int heads, int size, int hidden) {
    return new TransformerEncoder(
        null, MultiHeadAttention.of(heads, size), hidden, Activation.RELU, 0);
  }

  private TransformerEncoder with(MultiHeadAttention attention) {
    return new TransformerEncoder(name, attention, hidden, activation, dropout);
  }

  public TransformerEncoder causal() {
    return with(attention.causal());
  }

  /** With the mask as the last input. */
  public TransformerEncoder masked() {
    return with(attention.masked());
  }

  public TransformerEncoder withActivation(Activation activation) {
    return new TransformerEncoder(name, attention, hidden, activation, dropout);
  }

  public TransformerEncoder withDropout(double rate) {
    return new TransformerEncoder(name, attention.withDropout(rate), hidden, activation, rate);
  }

  @Override
  public TransformerEncoder named(String name) {
    return new TransformerEncoder(name, attention, hidden, activation, dropout);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.size() != (attention.isMasked() ? 2 : 1)) {
      throw new IllegalArgumentException(
          "it takes a sequence"
              + (attention.isMasked() ? " and its mask" : "")
              + " but got "
              + inputs);
    }
    return attention.outputShape(inputs);
  }

  private Dense in() {
    return Dense.of(hidden).withActivation(activation);
  }

  private static Dense out(Shape sequence) {
    return Dense.of(sequence.dimension(-1));
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    Shape x = inputs.get(0);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.addAll(InnerScope.renamed("attention_norm", NORM.parameters(List.of(x))));
    specs.addAll(InnerScope.renamed("attention", attention.parameters(inputs)));
    specs.addAll(InnerScope.renamed("feed_norm", NORM.parameters(List.of(x))));
    specs.addAll(InnerScope.renamed("feed_in", in().parameters(List.of(x))));
    Shape between = x.withDimension(-1, hidden);
    specs.addAll(InnerScope.renamed("feed_out", out(x).parameters(List.of(between))));
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    List<Tensor> heard = new ArrayList<>(inputs);
    heard.set(0, InnerScope.apply(NORM, "attention_norm", scope, List.of(x)));
    Tensor y = x.plus(dropped(scope, InnerScope.apply(attention, "attention", scope, heard)));
    Tensor norm = InnerScope.apply(NORM, "feed_norm", scope, List.of(y));
    Tensor between = InnerScope.apply(in(), "feed_in", scope, List.of(norm));
    Tensor fed = InnerScope.apply(out(x.shape()), "feed_out", scope, List.of(between));
    return y.plus(dropped(scope, fed));
  }

  private Tensor dropped(LayerScope scope, Tensor x) {
    return scope.isTraining() && dropout > 0 ? x.times(scope.dropoutMask(dropout, x.shape())) : x;
  }

  @Override
  public boolean drawsRandomNumbers() {
    return dropout > 0 || attention.drawsRandomNumbers();
  }
}
