package io.kindling.tensorflow;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Max;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.CtcLoss;
import org.tensorflow.op.nn.LeakyRelu;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * A tensor as an operation's output in a graph that is being drawn. Every operation used here has a
 * gradient in TensorFlow's C++ library, and each is held against finite differences through the
 * layers that use it.
 *
 * <p>TensorFlow's tensors have the rows as their first axis, which the shapes here leave out;
 * arrays that are the same for all rows have no such axis.
 */
final class GraphTensor implements Tensor {

  private final Ops tf;
  private final Operand<?> operand;
  private final Shape shape;
  private final boolean hasRows;

  private GraphTensor(Ops tf, Operand<?> operand, Shape shape, boolean hasRows) {
    this.tf = tf;
    this.operand = operand;
    this.shape = shape;
    this.hasRows = hasRows;
  }

  /** With a row of the shape for each of the batch. */
  static GraphTensor ofRows(Ops tf, Operand<?> operand, Shape row) {
    return new GraphTensor(tf, operand, row, true);
  }

  /** The same for all rows. */
  static GraphTensor ofAll(Ops tf, Operand<?> operand, Shape shape) {
    return new GraphTensor(tf, operand, shape, false);
  }

  /** Whether it holds a row for each of the batch; else it is the same for all. */
  boolean hasRows() {
    return hasRows;
  }

  Operand<?> operand() {
    return operand;
  }

  Operand<TFloat32> floats() {
    return operand.asOutput().expect(TFloat32.class);
  }

  private Operand<TInt32> integers() {
    return operand.asOutput().expect(TInt32.class);
  }

  private static GraphTensor of(Tensor tensor) {
    return (GraphTensor) tensor;
  }

  private GraphTensor with(Operand<?> result, Shape shape) {
    return new GraphTensor(tf, result, shape, hasRows);
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public ElementType type() {
    return NativeTypes.elementType(operand.asOutput().dataType(), operand.op().name());
  }

  @Override
  public Tensor constant(double value) {
    return ofAll(tf, tf.constant((float) value), Shape.scalar());
  }

  @Override
  public Tensor constant(Shape shape, double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return ofAll(
        tf, tf.reshape(tf.constant(floats), tf.constant(NativeTypes.dimensions(shape))), shape);
  }

  @Override
  public Tensor toFloats() {
    return type() == ElementType.FLOAT32
        ? this
        : with(tf.dtypes.cast(operand, TFloat32.class), shape);
  }

  @Override
  public Tensor toWholeNumbers() {
    return type() == ElementType.INT32 ? this : with(tf.dtypes.cast(operand, TInt32.class), shape);
  }

  // Of two.

  /** How TensorFlow joins two operands. */
  private interface Joint {
    Operand<?> of(Operand<TFloat32> a, Operand<TFloat32> b);
  }

  private Tensor joint(Tensor other, Joint joint) {
    return aligned(of(other), (a, b) -> joint.of(a.floats(), b.floats()));
  }

  private interface Alignment {
    Operand<?> of(GraphTensor a, GraphTensor b);
  }

  /** Gives both as many axes where the rows are in the way of repeating axes in front. */
  private GraphTensor aligned(GraphTensor that, Alignment join) {
    int rank = Math.max(shape.rank(), that.shape.rank());
    Operand<?> joined = join.of(withRank(rank), that.withRank(rank));
    return new GraphTensor(tf, joined, shape.broadcastWith(that.shape), hasRows || that.hasRows);
  }

  private GraphTensor withRank(int rank) {
    if (!hasRows || shape.rank() == rank) {
      return this;
    }
    List<Integer> dimensions =
        new ArrayList<>(java.util.Collections.nCopies(rank - shape.rank(), 1));
    dimensions.addAll(shape.dimensions());
    return of(reshaped(new Shape(dimensions)));
  }

  @Override
  public Tensor plus(Tensor other) {
    GraphTensor that = of(other);
    if (hasRows
        && shape.rank() > 0
        && !that.hasRows
        && that.shape.equals(Shape.of(shape.dimension(-1)))) {
      // Its gradient is the faster one.
      return with(tf.nn.biasAdd(floats(), that.floats()), shape);
    }
    if (hasRows && that.hasRows && shape.equals(that.shape)) {
      // Its gradient does not ask at every step which axes were repeated.
      return with(tf.math.addN(List.of(floats(), that.floats())), shape);
    }
    return joint(other, tf.math::add);
  }

  @Override
  public Tensor minus(Tensor other) {
    return joint(other, tf.math::sub);
  }

  @Override
  public Tensor times(Tensor other) {
    return joint(other, tf.math::mul);
  }

  @Override
  public Tensor dividedBy(Tensor other) {
    return joint(other, tf.math::div);
  }

  @Override
  public Tensor maximum(Tensor other) {
    return joint(other, tf.math::maximum);
  }

  @Override
  public Tensor minimum(Tensor other) {
    return joint(other, tf.math::minimum);
  }

  @Override
  public Tensor isGreaterThan(Tensor other) {
    return joint(other, (a, b) -> zeroOrOne(tf.math.greater(a, b)));
  }

  @Override
  public Tensor isEqualTo(Tensor other) {
    return aligned(
        of(other),
        (a, b) ->
            zeroOrOne(
                type() == ElementType.INT32
                    ? tf.math.equal(a.integers(), b.integers())
                    : tf.math.equal(a.floats(), b.floats())));
  }

  private Operand<TFloat32> zeroOrOne(Operand<TBool> holds) {
    return tf.dtypes.cast(holds, TFloat32.class);
  }

  @Override
  public Tensor choose(Tensor yes, Tensor no) {
    Operand<TBool> isChosen = tf.math.notEqual(floats(), tf.constant(0f));
    return of(yes).aligned(of(no), (a, b) -> tf.select(isChosen, a.floats(), b.floats()));
  }

  // Of one.

  private Tensor each(UnaryOperator<Operand<TFloat32>> function) {
    return with(function.apply(floats()), shape);
  }

  @Override
  public Tensor negated() {
    return each(tf.math::neg);
  }

  @Override
  public Tensor absolute() {
    return each(tf.math::abs);
  }

  @Override
  public Tensor square() {
    return each(tf.math::square);
  }

  @Override
  public Tensor squareRoot() {
    return each(tf.math::sqrt);
  }

  @Override
  public Tensor inverseSquareRoot() {
    return each(tf.math::rsqrt);
  }

  @Override
  public Tensor exponential() {
    return each(tf.math::exp);
  }

  @Override
  public Tensor logarithm() {
    return each(tf.math::log);
  }

  @Override
  public Tensor tanh() {
    return each(tf.math::tanh);
  }

  @Override
  public Tensor sigmoid() {
    return each(tf.math::sigmoid);
  }

  @Override
  public Tensor softplus() {
    return each(tf.math::softplus);
  }

  @Override
  public Tensor softsign() {
    return each(tf.nn::softsign);
  }

  @Override
  public Tensor errorFunction() {
    return each(tf.math::erf);
  }

  @Override
  public Tensor relu() {
    return each(tf.nn::relu);
  }

  @Override
  public Tensor relu6() {
    return each(tf.nn::relu6);
  }

  @Override
  public Tensor leakyRelu(double slope) {
    return each(x -> tf.nn.leakyRelu(x, LeakyRelu.alpha((float) slope)));
  }

  @Override
  public Tensor elu() {
    return each(tf.nn::elu);
  }

  @Override
  public Tensor selu() {
    return each(tf.nn::selu);
  }

  @Override
  public Tensor withoutGradient() {
    return each(tf::stopGradient);
  }

  // Along axes.

  /** The axis of TensorFlow's tensor. */
  private int place(int axis) {
    return (axis < 0 ? axis + shape.rank() : axis) + (hasRows ? 1 : 0);
  }

  private Operand<TInt32> places(int... axes) {
    return tf.constant(IntStream.of(axes).map(this::place).toArray());
  }

  private Shape withOnes(int... axes) {
    Shape ones = shape;
    for (int axis : axes) {
      ones = ones.withDimension(axis, 1);
    }
    return ones;
  }

  @Override
  public Tensor sum(int... axes) {
    return with(tf.sum(floats(), places(axes), Sum.keepDims(true)), withOnes(axes));
  }

  @Override
  public Tensor mean(int... axes) {
    return with(tf.math.mean(floats(), places(axes), Mean.keepDims(true)), withOnes(axes));
  }

  @Override
  public Tensor largest(int axis) {
    return with(tf.max(floats(), places(axis), Max.keepDims(true)), withOnes(axis));
  }

  @Override
  public Tensor softmax() {
    return asMatrix(tf.nn::softmax);
  }

  @Override
  public Tensor logSoftmax() {
    return asMatrix(tf.nn::logSoftmax);
  }

  /**
   * The gradients of softmax and its logarithm in C++ sum over axis 1: they are right for matrices
   * only.
   */
  private Tensor asMatrix(UnaryOperator<Operand<TFloat32>> function) {
    return hasRows && shape.rank() == 1
        ? each(function)
        : with(inShape(function.apply(matrix()), shape), shape);
  }

  /** All but the innermost axis in one. */
  private Operand<TFloat32> matrix() {
    return hasRows && shape.rank() == 1
        ? floats()
        : tf.reshape(floats(), tf.constant(new int[] {-1, shape.dimension(-1)}));
  }

  private <T extends TType> Operand<T> inShape(Operand<T> values, Shape shape) {
    return tf.reshape(
        values,
        tf.constant(hasRows ? NativeTypes.dimensions(-1, shape) : NativeTypes.dimensions(shape)));
  }

  private Shape withoutInnermost() {
    return new Shape(shape.dimensions().subList(0, shape.rank() - 1));
  }

  @Override
  public Tensor indexOfLargest() {
    return with(tf.math.argMax(floats(), tf.constant(-1), TInt32.class), withoutInnermost());
  }

  @Override
  public Tensor crossEntropy(Tensor probabilities) {
    // The operation on class numbers has no gradient in C++.
    Operand<TFloat32> losses =
        tf.nn.softmaxCrossEntropyWithLogits(matrix(), of(probabilities).matrix()).loss();
    Shape places = withoutInnermost();
    return with(places.isScalar() && hasRows ? losses : inShape(losses, places), places);
  }

  /**
   * The operation gives its own gradient g, but has none in C++: so it is held still, and Σ x g,
   * which is 0 in value, moves in its place.
   */
  @Override
  public Tensor connectionistLoss(Tensor labels) {
    Operand<TInt32> classes = of(labels).integers();
    Operand<TInt64> places = tf.where(tf.math.less(classes, tf.constant(shape.dimension(-1) - 1)));
    Operand<TFloat32> steps = tf.linalg.transpose(floats(), tf.constant(new int[] {1, 0, 2}));
    Operand<TInt32> rows =
        tf.slice(tf.shape(classes), tf.constant(new int[1]), tf.constant(new int[] {1}));
    CtcLoss<TFloat32> computed =
        tf.nn.ctcLoss(
            steps,
            places,
            tf.gatherNd(classes, places),
            tf.fill(rows, tf.constant(shape.dimension(0))));
    Operand<TFloat32> moving =
        tf.sum(
            tf.math.mul(steps, tf.stopGradient(computed.gradient())),
            tf.constant(new int[] {0, 2}));
    Operand<TFloat32> still = tf.stopGradient(tf.math.sub(computed.loss(), moving));
    return with(tf.math.addN(List.of(still, moving)), Shape.scalar());
  }

  @Override
  public Tensor meanOfRow() {
    if (shape.isScalar()) {
      return this;
    }
    Operand<TFloat32> flat = shape.rank() == 1 ? floats() : of(flattened()).floats();
    return with(tf.math.mean(flat, tf.constant(hasRows ? 1 : 0)), Shape.scalar());
  }

  // Of shapes.

  @Override
  public Tensor reshaped(int... dimensions) {
    Shape other = Shape.of(dimensions);
    return other.equals(shape) ? this : with(inShape(operand, other), other);
  }

  @Override
  public Tensor transposed(int... axes) {
    int[] all = new int[axes.length + (hasRows ? 1 : 0)];
    for (int i = 0; i < axes.length; i++) {
      all[place(i)] = place(axes[i]);
    }
    int[] dimensions = IntStream.of(axes).map(shape::dimension).toArray();
    return with(tf.linalg.transpose(operand, tf.constant(all)), Shape.of(dimensions));
  }

  @Override
  public Tensor slice(int axis, int from, int to) {
    int rank = shape.rank() + (hasRows ? 1 : 0);
    int[] begin = new int[rank];
    int[] size = new int[rank];
    Arrays.fill(size, -1);
    begin[place(axis)] = from;
    size[place(axis)] = to - from;
    return with(
        tf.slice(operand, tf.constant(begin), tf.constant(size)),
        shape.withDimension(axis, to - from));
  }

  @Override
  public List<Tensor> split(int axis, int parts) {
    Shape part = shape.withDimension(axis, shape.dimension(axis) / parts);
    List<Tensor> split = new ArrayList<>();
    tf.split(tf.constant(place(axis)), floats(), (long) parts)
        .output()
        .forEach(each -> split.add(with(each, part)));
    return split;
  }

  @Override
  public List<Tensor> unstacked(int axis) {
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.remove(axis < 0 ? axis + shape.rank() : axis);
    Shape part = new Shape(dimensions);
    List<Tensor> parts = new ArrayList<>();
    tf.unstack(floats(), (long) shape.dimension(axis), Unstack.axis((long) place(axis)))
        .output()
        .forEach(each -> parts.add(with(each, part)));
    return parts;
  }

  @Override
  public Tensor stacked(List<Tensor> others) {
    List<Operand<TFloat32>> parts = new ArrayList<>(List.of(floats()));
    others.forEach(other -> parts.add(of(other).floats()));
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.add(0, parts.size());
    return with(tf.stack(parts, Stack.axis(hasRows ? 1L : 0L)), new Shape(dimensions));
  }

  @Override
  public Tensor padded(int axis, int before, int behind, double value) {
    int[][] widths = new int[shape.rank() + (hasRows ? 1 : 0)][2];
    widths[place(axis)] = new int[] {before, behind};
    Operand<TInt32> paddings = tf.constant(widths);
    return with(
        // The operation with a value has no gradient in C++.
        value == 0
            ? tf.pad(floats(), paddings, tf.constant(0f))
            : tf.math.add(
                tf.pad(
                    tf.math.sub(floats(), tf.constant((float) value)), paddings, tf.constant(0f)),
                tf.constant((float) value)),
        shape.withDimension(axis, before + shape.dimension(axis) + behind));
  }

  @Override
  public Tensor repeated(int axis, int times) {
    int[] multiples = new int[shape.rank() + (hasRows ? 1 : 0)];
    Arrays.fill(multiples, 1);
    multiples[place(axis)] = times;
    return with(
        tf.tile(operand, tf.constant(multiples)),
        shape.withDimension(axis, times * shape.dimension(axis)));
  }

  @Override
  public Tensor joined(int axis, List<Tensor> others) {
    List<Operand<TFloat32>> parts = new ArrayList<>();
    parts.add(floats());
    int size = shape.dimension(axis);
    for (Tensor other : others) {
      parts.add(of(other).floats());
      size += other.shape().dimension(axis);
    }
    return with(tf.concat(parts, tf.constant(place(axis))), shape.withDimension(axis, size));
  }

  @Override
  public Tensor oneHot(int classes) {
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.add(classes);
    return with(
        tf.oneHot(integers(), tf.constant(classes), tf.constant(1f), tf.constant(0f)),
        new Shape(dimensions));
  }

  @Override
  public Tensor partsAt(Tensor places) {
    List<Integer> dimensions = new ArrayList<>(places.shape().dimensions());
    dimensions.addAll(shape.dimensions().subList(1, shape.rank()));
    return of(places)
        .with(tf.gather(floats(), of(places).integers(), tf.constant(0)), new Shape(dimensions));
  }

  @Override
  public Tensor partsAsRows() {
    Shape part = new Shape(shape.dimensions().subList(1, shape.rank()));
    return ofRows(tf, tf.reshape(operand, tf.constant(NativeTypes.dimensions(-1, part))), part);
  }

  @Override
  public Tensor rowsAsParts(int parts) {
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.add(0, parts);
    Shape row = new Shape(dimensions);
    return ofRows(tf, tf.reshape(operand, tf.constant(NativeTypes.dimensions(-1, row))), row);
  }

  // Products.

  @Override
  public Tensor matMul(Tensor other) {
    return product(of(other), false);
  }

  @Override
  public Tensor matMulTransposed(Tensor other) {
    return product(of(other), true);
  }

  private Tensor product(GraphTensor that, boolean isTransposed) {
    int columns = that.shape.dimension(isTransposed ? -2 : -1);
    if (!that.hasRows && that.shape.rank() == 2) {
      Operand<TFloat32> y =
          tf.linalg.matMul(matrix(), that.floats(), MatMul.transposeB(isTransposed));
      Shape result = shape.withDimension(-1, columns);
      return with(hasRows && shape.rank() == 1 ? y : inShape(y, result), result);
    }
    if (shape.rank() == 1) {
      Tensor row = reshaped(1, shape.dimension(0));
      return of(row).product(that, isTransposed).reshaped(columns);
    }
    int rank = Math.max(shape.rank(), that.shape.rank());
    GraphTensor a = withRank(rank);
    GraphTensor b = that.withRank(rank);
    Operand<TFloat32> y =
        tf.train.batchMatMul(
            a.floats(), b.floats(), TFloat32.class, BatchMatMul.adjY(isTransposed));
    Shape result = (a.shape.rank() >= b.shape.rank() ? a : b).shape;
    return new GraphTensor(
        tf,
        y,
        result.withDimension(-2, shape.dimension(-2)).withDimension(-1, columns),
        hasRows || that.hasRows);
  }

  // Windows.

  @Override
  public Tensor convolved(Tensor kernel, Window window) {
    return with(
        new WindowGraph(tf, window).convolved(floats(), shape, of(kernel).floats()),
        window.over(shape, kernel.shape().dimension(-1)));
  }

  @Override
  public Tensor convolvedByChannel(Tensor kernel, Window window) {
    int filters = kernel.shape().dimension(-2) * kernel.shape().dimension(-1);
    return with(
        new WindowGraph(tf, window).convolvedByChannel(floats(), shape, of(kernel).floats()),
        window.over(shape, filters));
  }

  @Override
  public Tensor convolvedBackwards(Tensor kernel, Window window, Shape picture) {
    return with(
        new WindowGraph(tf, window).convolvedBackwards(floats(), of(kernel).floats(), picture),
        picture);
  }

  @Override
  public Tensor maxPooled(Window window) {
    return with(
        new WindowGraph(tf, window).maxPooled(floats()), window.over(shape, shape.dimension(-1)));
  }

  @Override
  public Tensor averagePooled(Window window) {
    return with(
        new WindowGraph(tf, window).averagePooled(floats()),
        window.over(shape, shape.dimension(-1)));
  }

  @Override
  public String toString() {
    return operand.op().name() + (hasRows ? shape.toBatchString() : shape.toString());
  }
}
