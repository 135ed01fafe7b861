package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gated recurrent unit: with gates z and r = σ(xₜ W + b + hₜ₋₁ U + d), the candidate g = tanh(xₜ W
 * + b + r (hₜ₋₁ U + d)) and hₜ = z hₜ₋₁ + (1 − z) g. Cho et al., <i>Learning Phrase Representations
 * using RNN Encoder–Decoder</i>, 2014, with the reset gate behind the product, as cuDNN, Keras and
 * PyTorch have it.
 *
 * <p>A sequence {@code [steps, in]}, and perhaps its mask {@code [steps]}, becomes the last state
 * {@code [units]} or all of them {@code [steps, units]}. Parameters, in the order z, r, g: {@code
 * kernel [in, 3 units]}, {@code recurrent_kernel [units, 3 units]}, {@code bias} b and {@code
 * recurrent_bias} d, both {@code [3 units]}.
 *
 * @param recurrence which way it goes and what it returns
 */
public record Gru(
    String name,
    int units,
    Recurrence recurrence,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer,
    Initializer recurrentInitializer)
    implements Layer {

  public Gru {
    Layer.atLeast(1, "units", units);
  }

  /** Forwards, to the last state. */
  public static Gru of(int units) {
    return new Gru(
        null,
        units,
        Recurrence.TO_LAST,
        Activation.TANH,
        Bias.ADDED,
        Initializer.glorotUniform(),
        Initializer.orthogonal());
  }

  private Gru with(Recurrence recurrence) {
    return new Gru(
        name, units, recurrence, activation, bias, kernelInitializer, recurrentInitializer);
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
        name, units, recurrence, activation, bias, kernelInitializer, recurrentInitializer);
  }

  public Gru withoutBias() {
    return new Gru(
        name, units, recurrence, activation, Bias.NONE, kernelInitializer, recurrentInitializer);
  }

  @Override
  public Gru named(String name) {
    return new Gru(
        name, units, recurrence, activation, bias, kernelInitializer, recurrentInitializer);
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
      specs.add(new ParameterSpec("recurrent_bias", Shape.of(3 * units), Initializer.zeros()));
    }
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor recurrent = scope.parameter("recurrent_kernel");
    Optional<Tensor> recurrentBias =
        bias == Bias.ADDED ? Optional.of(scope.parameter("recurrent_bias")) : Optional.empty();
    Tensor projected = bias.addedTo(inputs.get(0).matMul(scope.parameter("kernel")), scope);
    return recurrence.run(
        projected,
        inputs.stream().skip(1).findFirst(),
        (before, x) -> List.of(next(before, x, recurrent, recurrentBias)));
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
      return in.get(0).sigmoid().negated().plus(1).times(activation.of(in.get(2)));
    }
    List<Tensor> past = remembered.get().split(0, 3);
    Tensor update = in.get(0).plus(past.get(0)).sigmoid();
    Tensor reset = in.get(1).plus(past.get(1)).sigmoid();
    Tensor candidate = activation.of(in.get(2).plus(reset.times(past.get(2))));
    return before.isEmpty()
        ? candidate.minus(update.times(candidate))
        : candidate.plus(update.times(before.get(0).minus(candidate)));
  }
}
