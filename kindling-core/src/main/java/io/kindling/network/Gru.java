package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Gated recurrent unit: with gates z and r = σ(xₜ W + b + hₜ₋₁ U + d), the candidate g = tanh(xₜ W
 * + b + r (hₜ₋₁ U + d)) and hₜ = z hₜ₋₁ + (1 − z) g. Cho et al., <i>Learning Phrase Representations
 * using RNN Encoder–Decoder</i>, 2014, with the reset gate behind the product, as cuDNN, Keras and
 * PyTorch have it; before the product, as in the paper, g = tanh(xₜ W + b + (r hₜ₋₁) U).
 *
 * <p>A sequence {@code [steps, in]}, and perhaps its mask {@code [steps]}, becomes the last state
 * {@code [units]} or all of them {@code [steps, units]}. Parameters, in the order z, r, g: {@code
 * kernel [in, 3 units]}, {@code recurrent_kernel [units, 3 units]}, {@code bias} b and {@code
 * recurrent_bias} d, both {@code [3 units]}; d is there only with the reset gate behind the
 * product.
 *
 * @param recurrence which way it goes and what it returns
 * @param activation of the candidate, tanh above
 * @param gates σ above, element by element
 * @param reset where the reset gate stands
 */
public record Gru(
    String name,
    int units,
    Recurrence recurrence,
    Activation activation,
    Activation gates,
    Reset reset,
    Bias bias,
    Initializer kernelInitializer,
    Initializer recurrentInitializer)
    implements Layer {

  /** Where the reset gate stands. */
  public enum Reset {
    /** r (hₜ₋₁ U + d). */
    BEHIND_PRODUCT,
    /** (r hₜ₋₁) U. */
    BEFORE_PRODUCT;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Gru {
    Layer.atLeast(1, "units", units);
    Recurrence.checkGates(gates);
  }

  /** Forwards, to the last state. */
  public static Gru of(int units) {
    return new Gru(
        null,
        units,
        Recurrence.TO_LAST,
        Activation.TANH,
        Activation.SIGMOID,
        Reset.BEHIND_PRODUCT,
        Bias.ADDED,
        Initializer.glorotUniform(),
        Initializer.orthogonal());
  }

  private Gru with(Recurrence recurrence) {
    return new Gru(
        name,
        units,
        recurrence,
        activation,
        gates,
        reset,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  /** From the last step back. */
  public Gru backward() {
    return with(recurrence.backward());
  }

  /** The states behind all steps. */
  public Gru returningAll() {
    return with(recurrence.returningAll());
  }

  public Gru withActivation(Activation activation) {
    return new Gru(
        name,
        units,
        recurrence,
        activation,
        gates,
        reset,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  public Gru withGates(Activation gates) {
    return new Gru(
        name,
        units,
        recurrence,
        activation,
        gates,
        reset,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  /** With the reset gate before the product, as in the paper and in Keras 1. */
  public Gru resettingBeforeProduct() {
    return new Gru(
        name,
        units,
        recurrence,
        activation,
        gates,
        Reset.BEFORE_PRODUCT,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  public Gru withoutBias() {
    return new Gru(
        name,
        units,
        recurrence,
        activation,
        gates,
        reset,
        Bias.NONE,
        kernelInitializer,
        recurrentInitializer);
  }

  @Override
  public Gru named(String name) {
    return new Gru(
        name,
        units,
        recurrence,
        activation,
        gates,
        reset,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return recurrence.outputShape(inputs, units);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Recurrence.sequence(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(new ParameterSpec("kernel", Shape.of(in, 3 * units), kernelInitializer));
    specs.add(
        new ParameterSpec("recurrent_kernel", Shape.of(units, 3 * units), recurrentInitializer));
    if (bias == Bias.ADDED) {
      specs.add(new ParameterSpec("bias", Shape.of(3 * units), Initializer.zeros()));
      if (reset == Reset.BEHIND_PRODUCT) {
        specs.add(new ParameterSpec("recurrent_bias", Shape.of(3 * units), Initializer.zeros()));
      }
    }
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor recurrent = scope.parameter("recurrent_kernel");
    Tensor projected = bias.addedTo(inputs.get(0).matMul(scope.parameter("kernel")), scope);
    Optional<Tensor> mask = inputs.stream().skip(1).findFirst();
    if (reset == Reset.BEFORE_PRODUCT) {
      Tensor ofGates = recurrent.slice(1, 0, 2 * units);
      Tensor ofCandidate = recurrent.slice(1, 2 * units, 3 * units);
      return recurrence.run(
          projected, mask, (before, x) -> List.of(next(before, x, ofGates, ofCandidate)));
    }
    Optional<Tensor> recurrentBias =
        bias == Bias.ADDED ? Optional.of(scope.parameter("recurrent_bias")) : Optional.empty();
    return recurrence.run(
        projected, mask, (before, x) -> List.of(next(before, x, recurrent, recurrentBias)));
  }

  private Tensor next(List<Tensor> before, Tensor x, Tensor ofGates, Tensor ofCandidate) {
    List<Tensor> in = x.split(0, 3);
    if (before.isEmpty()) {
      return afterNothing(gates.of(in.get(0)), activation.of(in.get(2)));
    }
    Tensor state = before.get(0);
    List<Tensor> past = state.matMul(ofGates).split(0, 2);
    Tensor update = gates.of(in.get(0).plus(past.get(0)));
    Tensor kept = gates.of(in.get(1).plus(past.get(1))).times(state);
    Tensor candidate = activation.of(in.get(2).plus(kept.matMul(ofCandidate)));
    return candidate.plus(update.times(state.minus(candidate)));
  }

  private static Tensor afterNothing(Tensor update, Tensor candidate) {
    return update.negated().plus(1).times(candidate);
  }

  private Tensor next(
      List<Tensor> before, Tensor x, Tensor recurrent, Optional<Tensor> recurrentBias) {
    Optional<Tensor> product = before.stream().findFirst().map(state -> state.matMul(recurrent));
    Optional<Tensor> remembered =
        product.isPresent() && recurrentBias.isPresent()
            ? product.map(sum -> sum.plus(recurrentBias.get()))
            : product.or(() -> recurrentBias);
    List<Tensor> in = x.split(0, 3);
    if (remembered.isEmpty()) {
      return afterNothing(gates.of(in.get(0)), activation.of(in.get(2)));
    }
    List<Tensor> past = remembered.get().split(0, 3);
    Tensor update = gates.of(in.get(0).plus(past.get(0)));
    Tensor through = gates.of(in.get(1).plus(past.get(1)));
    Tensor candidate = activation.of(in.get(2).plus(through.times(past.get(2))));
    return before.isEmpty()
        ? candidate.minus(update.times(candidate))
        : candidate.plus(update.times(before.get(0).minus(candidate)));
  }
}
