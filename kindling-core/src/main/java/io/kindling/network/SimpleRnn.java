package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * hₜ = f(xₜ W + hₜ₋₁ U + b). Elman, <i>Finding Structure in Time</i>, 1990.
 *
 * <p>A sequence {@code [steps, in]}, and perhaps its mask {@code [steps]}, becomes the last state
 * {@code [units]} or all of them {@code [steps, units]}. Parameters: {@code kernel [in, units]},
 * {@code recurrent_kernel [units, units]} and {@code bias [units]}.
 *
 * @param recurrence which way it goes and what it returns
 */
public record SimpleRnn(
    String name,
    int units,
    Recurrence recurrence,
    Activation activation,
    Bias bias,
    Initializer kernelInitializer,
    Initializer recurrentInitializer)
    implements Layer {

  public SimpleRnn {
    Layer.atLeast(1, "units", units);
  }

  /** Forwards, to the last state. */
  public static SimpleRnn of(int units) {
    return new SimpleRnn(
        null,
        units,
        Recurrence.TO_LAST,
        Activation.TANH,
        Bias.ADDED,
        Initializer.glorotUniform(),
        Initializer.orthogonal());
  }

  private SimpleRnn with(Recurrence recurrence) {
    return new SimpleRnn(
        name, units, recurrence, activation, bias, kernelInitializer, recurrentInitializer);
  }

  /** From the last step back. */
  public SimpleRnn backward() {
    return with(recurrence.backward());
  }

  /** The states behind all steps. */
  public SimpleRnn returningAll() {
    return with(recurrence.returningAll());
  }

  public SimpleRnn withActivation(Activation activation) {
    return new SimpleRnn(
        name, units, recurrence, activation, bias, kernelInitializer, recurrentInitializer);
  }

  public SimpleRnn withoutBias() {
    return new SimpleRnn(
        name, units, recurrence, activation, Bias.NONE, kernelInitializer, recurrentInitializer);
  }

  @Override
  public SimpleRnn named(String name) {
    return new SimpleRnn(
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
    specs.add(new ParameterSpec("kernel", Shape.of(in, units), kernelInitializer));
    specs.add(new ParameterSpec("recurrent_kernel", Shape.of(units, units), recurrentInitializer));
    bias.of(units).ifPresent(specs::add);
    return specs;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor recurrent = scope.parameter("recurrent_kernel");
    Tensor projected = bias.addedTo(inputs.get(0).matMul(scope.parameter("kernel")), scope);
    return recurrence.run(
        projected,
        inputs.stream().skip(1).findFirst(),
        (before, x) ->
            List.of(activation.of(before.isEmpty() ? x : x.plus(before.get(0).matMul(recurrent)))));
  }
}
