package io.kindling.tensor;

import java.util.List;

/**
 * A value in a computation that an engine carries out: numbers of one shape for each row of a
 * batch, or the same numbers for all rows, as parameters are. Layers, losses and metrics say what
 * they compute in these operations.
 *
 * <p>Shapes and axes are those of one row; a negative axis counts from the end. Where two shapes
 * differ, axes of size 1, and those that one lacks in front, are repeated to fit, as everywhere in
 * the field. Unless stated otherwise the numbers are float32. Every operation has a gradient, but
 * for comparisons and those that return whole numbers, which count as constants.
 *
 * <p>Immutable. Belongs to the engine that made it: operations take tensors of the same computation
 * only.
 */
public interface Tensor {

  /** The shape of one row, or of the array that is the same for all rows. */
  Shape shape();

  ElementType type();

  /** The same number for all rows. */
  Tensor constant(double value);

  /** The same numbers, in row-major order, for all rows. */
  Tensor constant(Shape shape, double... values);

  /** As float32. */
  Tensor toFloats();

  /** As int32, towards zero. */
  Tensor toWholeNumbers();

  // Of two, element by element.

  Tensor plus(Tensor other);

  Tensor minus(Tensor other);

  Tensor times(Tensor other);

  Tensor dividedBy(Tensor other);

  Tensor maximum(Tensor other);

  Tensor minimum(Tensor other);

  /** 1 where this is greater, else 0. */
  Tensor isGreaterThan(Tensor other);

  /** 1 where both are equal, else 0; takes whole numbers too. */
  Tensor isEqualTo(Tensor other);

  /**
   * Where this is not 0 the number of {@code yes}, else that of {@code no}; the shapes are equal.
   */
  Tensor choose(Tensor yes, Tensor no);

  default Tensor plus(double number) {
    return plus(constant(number));
  }

  default Tensor minus(double number) {
    return minus(constant(number));
  }

  default Tensor times(double factor) {
    return times(constant(factor));
  }

  default Tensor maximum(double least) {
    return maximum(constant(least));
  }

  default Tensor minimum(double most) {
    return minimum(constant(most));
  }

  default Tensor isGreaterThan(double number) {
    return isGreaterThan(constant(number));
  }

  // Of one, element by element.

  Tensor negated();

  Tensor absolute();

  Tensor square();

  Tensor squareRoot();

  /** 1 / √x. */
  Tensor inverseSquareRoot();

  /** eˣ. */
  Tensor exponential();

  /** The natural logarithm. */
  Tensor logarithm();

  Tensor tanh();

  /** 1 / (1 + e⁻ˣ). */
  Tensor sigmoid();

  /** log(1 + eˣ). */
  Tensor softplus();

  /** x / (1 + |x|). */
  Tensor softsign();

  /** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
  Tensor errorFunction();

  /** max(0, x). */
  Tensor relu();

  /** min(6, max(0, x)). */
  Tensor relu6();

  /** x above 0, else {@code slope} x. */
  Tensor leakyRelu(double slope);

  /** x above 0, else eˣ − 1. */
  Tensor elu();

  /** λ x above 0, else λ α (eˣ − 1), with λ = 1.0507… and α = 1.6732…. */
  Tensor selu();

  /** The same numbers, taken as constant by the gradient. */
  Tensor withoutGradient();

  // Along axes.

  /** The sum along axes, which stay with size 1. */
  Tensor sum(int... axes);

  /** The mean along axes, which stay with size 1. */
  Tensor mean(int... axes);

  /** The largest number along an axis, which stays with size 1. */
  Tensor largest(int axis);

  /** eˣⁱ / Σⱼ eˣʲ along the innermost axis. */
  Tensor softmax();

  /** xᵢ − log Σⱼ eˣʲ along the innermost axis. */
  Tensor logSoftmax();

  /**
   * Where the largest number along the innermost axis is, which goes; int32, and the first of
   * equals.
   */
  Tensor indexOfLargest();

  /**
   * −Σᵢ tᵢ log softmax(x)ᵢ along the innermost axis, which goes.
   *
   * @param probabilities t, of the same shape
   */
  Tensor crossEntropy(Tensor probabilities);

  /**
   * −log of the probability that steps spell labels: the sum, over all ways to give each of {@code
   * [steps, classes]} a class, that become the labels once repetitions are merged and blanks left
   * out, of the products of the softmaxes; shape {@code []}. The last class is the blank.
   *
   * @param labels int32, {@code [length]}, of rows; blanks, which are no labels, fill them up
   */
  Tensor connectionistLoss(Tensor labels);

  /** The mean of a row's numbers; shape {@code []}. */
  default Tensor meanOfRow() {
    return shape().isScalar() ? this : flattened().mean(0).reshaped();
  }

  // Of shapes.

  /** The same numbers, in row-major order, in another shape of the same size. */
  Tensor reshaped(int... dimensions);

  default Tensor reshaped(Shape shape) {
    return reshaped(shape.dimensions().stream().mapToInt(Integer::intValue).toArray());
  }

  /** As a vector. */
  default Tensor flattened() {
    return reshaped(shape().size());
  }

  /** Axis {@code i} of the result is axis {@code axes[i]} of this. */
  Tensor transposed(int... axes);

  /** The part from {@code from} up to, not including, {@code to} along an axis. */
  Tensor slice(int axis, int from, int to);

  /** So many equal parts along an axis, in order. */
  List<Tensor> split(int axis, int parts);

  /** The parts along an axis, each without it. */
  List<Tensor> unstacked(int axis);

  /** This, then the others, along a new outermost axis. */
  Tensor stacked(List<Tensor> others);

  /** With {@code value} so many times before and behind along an axis. */
  Tensor padded(int axis, int before, int behind, double value);

  /** Itself so many times along an axis. */
  Tensor repeated(int axis, int times);

  /** This, then the others, along an axis. */
  Tensor joined(int axis, List<Tensor> others);

  /**
   * In place of each whole number i of 0 to {@code classes − 1}, a new innermost axis that is 1 at
   * i and 0 elsewhere.
   */
  Tensor oneHot(int classes);

  /**
   * In place of each whole number i of {@code places}, the i-th part of this along the outermost
   * axis.
   *
   * @param places of rows; this is the same for all rows
   */
  Tensor partsAt(Tensor places);

  /** Each part along the outermost axis as a row of its own. */
  Tensor partsAsRows();

  /**
   * So many rows, one behind the other, as the parts of one row: the way back from {@link
   * #partsAsRows}.
   */
  Tensor rowsAsParts(int parts);

  // Products.

  /**
   * The matrix product of the two innermost axes, {@code [..., n, k] · [..., k, m] = [..., n, m]};
   * a vector {@code [k]} counts as {@code [1, k]} and gives {@code [m]}.
   */
  Tensor matMul(Tensor other);

  /** The same with the other's two innermost axes exchanged: {@code [..., n, k] · [..., m, k]ᵀ}. */
  Tensor matMulTransposed(Tensor other);

  // Windows over pictures, [height, width, channels].

  /**
   * Cross-correlation.
   *
   * @param kernel {@code [height, width, channels, filters]}
   */
  Tensor convolved(Tensor kernel, Window window);

  /**
   * Cross-correlation of each channel with its own filters.
   *
   * @param kernel {@code [height, width, channels, multiplier]}; channel c makes the outputs c ·
   *     multiplier and following
   */
  Tensor convolvedByChannel(Tensor kernel, Window window);

  /**
   * What {@link #convolved} does to gradients: the linear map transposed.
   *
   * @param kernel {@code [height, width, filters, channels]}: channels come in, filters go out
   * @param picture the shape of the result, whose convolution has this tensor's shape
   */
  Tensor convolvedBackwards(Tensor kernel, Window window, Shape picture);

  /** The largest number of each window and channel. */
  Tensor maxPooled(Window window);

  /** The mean of each window and channel; padding does not count. */
  Tensor averagePooled(Window window);
}
