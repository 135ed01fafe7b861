package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Long short-term memory: with gates i, f and o = σ(xₜ W + hₜ₋₁ U + b) and the candidate g =
 * tanh(…) likewise, cₜ = f cₜ₋₁ + i g and hₜ = o tanh(cₜ). Hochreiter and Schmidhuber, <i>Long
 * Short-Term Memory</i>, 1997, with the forget gate of Gers et al., 2000.
 *
 * <p>A sequence {@code [steps, in]}, and perhaps its mask {@code [steps]}, becomes the last state
 * {@code [units]} or all of them {@code [steps, units]}. Parameters, in the order i, f, g, o:
 * {@code kernel [in, 4 units]}, {@code recurrent_kernel [units, 4 units]} and {@code bias [4
 * units]}.
 *
 * @param recurrence which way it goes and what it returns
 * @param activation of the candidate and of the output, tanh above
 * @param gates σ above, element by element
 */
public record Lstm(
    String name,
    int units,
    Recurrence recurrence,
    Activation activation,
    Activation gates,
    Bias bias,
    Initializer kernelInitializer,
    Initializer recurrentInitializer)
    implements Layer {

  public Lstm {
    Layer.atLeast(1, "units", units);
    Recurrence.checkGates(gates);
  }

  /** Forwards, to the last state. */
  public static Lstm of(int units) {
    return new Lstm(
        null,
        units,
        Recurrence.TO_LAST,
        Activation.TANH,
        Activation.SIGMOID,
        Bias.ADDED,
        Initializer.glorotUniform(),
        Initializer.orthogonal());
  }

  private Lstm with(Recurrence recurrence) {
    return new Lstm(
        name, units, recurrence, activation, gates, bias, kernelInitializer, recurrentInitializer);
  }

  /** From the last step back. */
  public Lstm backward() {
    return with(recurrence.backward());
  }

  /** The states behind all steps. */
  public Lstm returningAll() {
    return with(recurrence.returningAll());
  }

  public Lstm withActivation(Activation activation) {
    return new Lstm(
        name, units, recurrence, activation, gates, bias, kernelInitializer, recurrentInitializer);
  }

  public Lstm withGates(Activation gates) {
    return new Lstm(
        name, units, recurrence, activation, gates, bias, kernelInitializer, recurrentInitializer);
  }

  public Lstm withoutBias() {
    return new Lstm(
        name,
        units,
        recurrence,
        activation,
        gates,
        Bias.NONE,
        kernelInitializer,
        recurrentInitializer);
  }

  @Override
  public Lstm named(String name) {
    return new Lstm(
        name, units, recurrence, activation, gates, bias, kernelInitializer, recurrentInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return recurrence.outputShape(inputs, units);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = Recurrence.sequence(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(new ParameterSpec("kernel", Shape.of(in, 4 * units), kernelInitializer));
    specs.add(
        new ParameterSpec("recurrent_kernel", Shape.of(units, 4 * units), recurrentInitializer));
    if (bias == Bias.ADDED) {
      specs.add(new ParameterSpec("bias", Shape.of(4 * units), forgetful()));
    }
    return specs;
  }

  /** Ones for the forget gate, so that nothing is forgotten at first: Jozefowicz et al., 2015. */
  private Initializer forgetful() {
    float[] values = new float[4 * units];
    Arrays.fill(values, units, 2 * units, 1);
    return Initializer.values(values);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor recurrent = scope.parameter("recurrent_kernel");
    Tensor projected = bias.addedTo(inputs.get(0).matMul(scope.parameter("kernel")), scope);
    return recurrence.run(
        projected, inputs.stream().skip(1).findFirst(), (before, x) -> next(before, x, recurrent));
  }

  private List<Tensor> next(List<Tensor> before, Tensor x, Tensor recurrent) {
    Tensor sums = before.isEmpty() ? x : x.plus(before.get(0).matMul(recurrent));
    List<Tensor> parts = sums.split(0, 4);
    Tensor added = gates.of(parts.get(0)).times(activation.of(parts.get(2)));
    Tensor cell =
        before.isEmpty() ? added : gates.of(parts.get(1)).times(before.get(1)).plus(added);
    return List.of(gates.of(parts.get(3)).times(activation.of(cell)), cell);
  }
}
