package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A recurrent layer and its mirror image, which goes backwards with parameters of its own; their
 * outputs together. Schuster and Paliwal, <i>Bidirectional Recurrent Neural Networks</i>, 1997. Of
 * all steps, those that a mask leaves out give zeros. Parameters: those of both, named {@code
 * forward_…} and {@code backward_…}.
 *
 * @param forward of {@link SimpleRnn}, {@link Lstm}, {@link Gru} or {@link ConvLstm2d}
 * @param merge how the two outputs become one: side by side along the innermost axis, or element by
 *     element
 */
public record Bidirectional(String name, Layer forward, Merge merge) implements Layer {

  /** How two outputs become one. */
  public enum Merge {
    CONCATENATE,
    ADD,
    AVERAGE,
    MULTIPLY;

    private Tensor of(Tensor there, Tensor back) {
      return switch (this) {
        case CONCATENATE -> there.joined(-1, List.of(back));
        case ADD -> there.plus(back);
        case AVERAGE -> there.plus(back).times(0.5);
        case MULTIPLY -> there.times(back);
      };
    }

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Bidirectional {
    mirrored(forward);
    forward = forward.named("forward");
  }

  /** Side by side. */
  public static Bidirectional of(Layer recurrent) {
    return new Bidirectional(null, recurrent, Merge.CONCATENATE);
  }

  public Bidirectional withMerge(Merge merge) {
    return new Bidirectional(name, forward, merge);
  }

  @Override
  public Bidirectional named(String name) {
    return new Bidirectional(name, forward, merge);
  }

  private static Layer mirrored(Layer forward) {
    if (forward instanceof SimpleRnn rnn) {
      return rnn.backward();
    }
    if (forward instanceof Lstm lstm) {
      return lstm.backward();
    }
    if (forward instanceof Gru gru) {
      return gru.backward();
    }
    if (forward instanceof ConvLstm2d lstm) {
      return lstm.backward();
    }
    throw new IllegalArgumentException(
        "Invalid layer " + forward + ". Only SimpleRnn, Lstm, Gru and ConvLstm2d go both ways.");
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape one = forward.outputShape(inputs);
    return merge == Merge.CONCATENATE ? one.withDimension(-1, 2 * one.dimension(-1)) : one;
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    List<ParameterSpec> specs = new ArrayList<>();
    specs.addAll(InnerScope.renamed("forward", forward.parameters(inputs)));
    specs.addAll(InnerScope.renamed("backward", mirrored(forward).parameters(inputs)));
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor there = InnerScope.apply(forward, "forward", scope, inputs);
    Tensor back = InnerScope.apply(mirrored(forward), "backward", scope, inputs);
    Tensor both = merge.of(there, back);
    if (inputs.size() == 1 || both.shape().rank() < inputs.get(0).shape().rank()) {
      return both;
    }
    Tensor mask = inputs.get(1);
    int[] perStep = new int[both.shape().rank()];
    Arrays.fill(perStep, 1);
    perStep[0] = mask.shape().size();
    return both.times(mask.reshaped(perStep));
  }
}
