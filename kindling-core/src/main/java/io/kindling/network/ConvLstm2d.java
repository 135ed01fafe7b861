package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Long short-term memory over pictures: that of {@link Lstm} with cross-correlations ∗ in place of
 * products, the gates i, f and o = σ(xₜ ∗ W + hₜ₋₁ ∗ U + b). Shi et al., <i>Convolutional LSTM
 * Network</i>, 2015, without the cell's part in its gates.
 *
 * <p>A sequence of pictures {@code [steps, height, width, in]}, and perhaps its mask {@code
 * [steps]}, becomes the last state {@code [places, places, filters]} or all of them {@code [steps,
 * places, places, filters]}. Parameters, in the order i, f, g, o: {@code kernel [kernelHeight,
 * kernelWidth, in, 4 filters]}, {@code recurrent_kernel [kernelHeight, kernelWidth, filters, 4
 * filters]} and {@code bias [4 filters]}.
 *
 * @param window over the pictures; that over states moves by one pixel and is padded
 * @param recurrence which way it goes and what it returns
 * @param activation of the candidate and of the output, tanh in an Lstm
 * @param gates σ above, element by element
 */
public record ConvLstm2d(
    String name,
    int filters,
    Window window,
    Recurrence recurrence,
    Activation activation,
    Activation gates,
    Bias bias,
    Initializer kernelInitializer,
    Initializer recurrentInitializer)
    implements Layer {

  public ConvLstm2d {
    Layer.atLeast(1, "filters", filters);
    Recurrence.checkGates(gates);
  }

  /** A square kernel, stride 1, no padding; forwards, to the last state. */
  public static ConvLstm2d of(int filters, int kernelSize) {
    return new ConvLstm2d(
        null,
        filters,
        Window.of(kernelSize, kernelSize),
        Recurrence.TO_LAST,
        Activation.TANH,
        Activation.SIGMOID,
        Bias.ADDED,
        Initializer.glorotUniform(),
        Initializer.orthogonal());
  }

  private ConvLstm2d with(Recurrence recurrence) {
    return new ConvLstm2d(
        name,
        filters,
        window,
        recurrence,
        activation,
        gates,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  /** From the last step back. */
  public ConvLstm2d backward() {
    return with(recurrence.backward());
  }

  /** The states behind all steps. */
  public ConvLstm2d returningAll() {
    return with(recurrence.returningAll());
  }

  public ConvLstm2d withWindow(Window window) {
    return new ConvLstm2d(
        name,
        filters,
        window,
        recurrence,
        activation,
        gates,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  public ConvLstm2d samePadding() {
    return withWindow(window.withPadding(Padding.SAME));
  }

  public ConvLstm2d withActivation(Activation activation) {
    return new ConvLstm2d(
        name,
        filters,
        window,
        recurrence,
        activation,
        gates,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  public ConvLstm2d withGates(Activation gates) {
    return new ConvLstm2d(
        name,
        filters,
        window,
        recurrence,
        activation,
        gates,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  public ConvLstm2d withoutBias() {
    return new ConvLstm2d(
        name,
        filters,
        window,
        recurrence,
        activation,
        gates,
        Bias.NONE,
        kernelInitializer,
        recurrentInitializer);
  }

  @Override
  public ConvLstm2d named(String name) {
    return new ConvLstm2d(
        name,
        filters,
        window,
        recurrence,
        activation,
        gates,
        bias,
        kernelInitializer,
        recurrentInitializer);
  }

  private static Shape pictures(List<Shape> inputs) {
    Shape pictures = inputs.get(0);
    if (pictures.rank() != 4
        || inputs.size() > 2
        || (inputs.size() == 2 && !inputs.get(1).equals(Shape.of(pictures.dimension(0))))) {
      throw new IllegalArgumentException(
          "it takes pictures [steps, height, width, channels] and perhaps their mask [steps] but got "
              + inputs);
    }
    return pictures;
  }

  private static Shape picture(List<Shape> inputs) {
    return new Shape(pictures(inputs).dimensions().subList(1, 4));
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    List<Integer> dimensions = new ArrayList<>(window.over(picture(inputs), filters).dimensions());
    if (recurrence.returns() == Recurrence.Returns.ALL) {
      dimensions.add(0, inputs.get(0).dimension(0));
    }
    return new Shape(dimensions);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    int in = pictures(inputs).dimension(-1);
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(new ParameterSpec("kernel", kernel(in), kernelInitializer));
    specs.add(new ParameterSpec("recurrent_kernel", kernel(filters), recurrentInitializer));
    if (bias == Bias.ADDED) {
      specs.add(new ParameterSpec("bias", Shape.of(4 * filters), forgetful()));
    }
    return specs;
  }

  private Shape kernel(int in) {
    return Shape.of(window.height(), window.width(), in, 4 * filters);
  }

  /** Ones for the forget gate, so that nothing is forgotten at first: Jozefowicz et al., 2015. */
  private Initializer forgetful() {
    float[] values = new float[4 * filters];
    Arrays.fill(values, filters, 2 * filters, 1);
    return Initializer.values(values);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor recurrent = scope.parameter("recurrent_kernel");
    Tensor pictures = inputs.get(0);
    Tensor projected =
        bias.addedTo(pictures.partsAsRows().convolved(scope.parameter("kernel"), window), scope)
            .rowsAsParts(pictures.shape().dimension(0));
    return recurrence.run(
        projected, inputs.stream().skip(1).findFirst(), (before, x) -> next(before, x, recurrent));
  }

  private List<Tensor> next(List<Tensor> before, Tensor x, Tensor recurrent) {
    Window around = Window.of(window.height(), window.width()).withPadding(Padding.SAME);
    Tensor sums = before.isEmpty() ? x : x.plus(before.get(0).convolved(recurrent, around));
    List<Tensor> parts = sums.split(-1, 4);
    Tensor added = gates.of(parts.get(0)).times(activation.of(parts.get(2)));
    Tensor cell =
        before.isEmpty() ? added : gates.of(parts.get(1)).times(before.get(1)).plus(added);
    return List.of(gates.of(parts.get(3)).times(activation.of(cell)), cell);
  }
}
