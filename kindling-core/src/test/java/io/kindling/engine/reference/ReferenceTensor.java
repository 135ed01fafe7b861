package io.kindling.engine.reference;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Numbers in doubles, computed at once. Every operation leaves behind what it has to do when the
 * gradients come back, and most are made of a few: a function of each number, one of two, picking
 * numbers from places, adding numbers up at places, and the matrix product.
 */
final class ReferenceTensor implements Tensor {

  private static final int NOWHERE = -1;

  private final Deque<Runnable> backward;
  private final int rows; // 0 where the numbers are the same for all rows
  private final Shape shape;
  private final ElementType type;
  private final double[] numbers; // row-major, [rows, shape…]
  private final double[] gradients; // as long, zero until the reverse pass comes by

  private ReferenceTensor(
      Deque<Runnable> backward, int rows, Shape shape, ElementType type, double[] numbers) {
    this.backward = backward;
    this.rows = rows;
    this.shape = shape;
    this.type = type;
    this.numbers = numbers;
    this.gradients = new double[numbers.length];
    if (numbers.length != Math.max(1, rows) * shape.size()) {
      throw new AssertionError(numbers.length + " numbers for " + rows + " rows of " + shape);
    }
  }

  static ReferenceTensor ofRows(
      Deque<Runnable> backward, int rows, Shape shape, ElementType type, double[] numbers) {
    return new ReferenceTensor(backward, rows, shape, type, numbers);
  }

  static ReferenceTensor ofAll(Deque<Runnable> backward, Shape shape, double[] numbers) {
    return new ReferenceTensor(backward, 0, shape, ElementType.FLOAT32, numbers);
  }

  double[] numbers() {
    return numbers;
  }

  double[] gradients() {
    return gradients;
  }

  int rows() {
    return rows;
  }

  private static ReferenceTensor of(Tensor tensor) {
    return (ReferenceTensor) tensor;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public ElementType type() {
    return type;
  }

  @Override
  public Tensor constant(double value) {
    return ofAll(backward, Shape.scalar(), new double[] {value});
  }

  @Override
  public Tensor constant(Shape shape, double... values) {
    return ofAll(backward, shape, values);
  }

  @Override
  public Tensor toFloats() {
    return type == ElementType.FLOAT32
        ? this
        : new ReferenceTensor(backward, rows, shape, ElementType.FLOAT32, numbers);
  }

  @Override
  public Tensor toWholeNumbers() {
    double[] whole = Arrays.stream(numbers).map(x -> (int) x).toArray();
    return new ReferenceTensor(backward, rows, shape, ElementType.INT32, whole);
  }

  // The few.

  /** The number of each place, picked from this; {@code otherwise} where that is nowhere. */
  ReferenceTensor picked(int rows, Shape shape, int[] from, double otherwise) {
    double[] picked = new double[from.length];
    for (int i = 0; i < from.length; i++) {
      picked[i] = from[i] == NOWHERE ? otherwise : numbers[from[i]];
    }
    ReferenceTensor y = new ReferenceTensor(backward, rows, shape, type, picked);
    backward.push(
        () -> {
          for (int i = 0; i < from.length; i++) {
            if (from[i] != NOWHERE) {
              gradients[from[i]] += y.gradients[i];
            }
          }
        });
    return y;
  }

  /** Each number added up at its place. */
  ReferenceTensor summed(int rows, Shape shape, int[] to) {
    double[] sums = new double[Math.max(1, rows) * shape.size()];
    for (int i = 0; i < to.length; i++) {
      if (to[i] != NOWHERE) {
        sums[to[i]] += numbers[i];
      }
    }
    ReferenceTensor y = new ReferenceTensor(backward, rows, shape, ElementType.FLOAT32, sums);
    backward.push(
        () -> {
          for (int i = 0; i < to.length; i++) {
            if (to[i] != NOWHERE) {
              gradients[i] += y.gradients[to[i]];
            }
          }
        });
    return y;
  }

  private ReferenceTensor each(DoubleUnaryOperator function) {
    return each(
        function,
        x -> (function.applyAsDouble(x + 1e-6) - function.applyAsDouble(x - 1e-6)) / 2e-6);
  }

  private ReferenceTensor each(DoubleUnaryOperator function, DoubleUnaryOperator slope) {
    ReferenceTensor y =
        new ReferenceTensor(
            backward,
            rows,
            shape,
            ElementType.FLOAT32,
            Arrays.stream(numbers).map(function).toArray());
    backward.push(
        () -> {
          for (int i = 0; i < numbers.length; i++) {
            gradients[i] += y.gradients[i] * slope.applyAsDouble(numbers[i]);
          }
        });
    return y;
  }

  private ReferenceTensor both(
      Tensor other,
      DoubleBinaryOperator function,
      DoubleBinaryOperator slopeOfThis,
      DoubleBinaryOperator slopeOfOther) {
    ReferenceTensor that = of(other);
    int result = Math.max(rows, that.rows);
    Shape fits = shape.broadcastWith(that.shape);
    int[] mine = places(result, fits);
    int[] theirs = that.places(result, fits);
    double[] computed = new double[mine.length];
    for (int i = 0; i < computed.length; i++) {
      computed[i] = function.applyAsDouble(numbers[mine[i]], that.numbers[theirs[i]]);
    }
    ReferenceTensor y = new ReferenceTensor(backward, result, fits, ElementType.FLOAT32, computed);
    backward.push(
        () -> {
          for (int i = 0; i < mine.length; i++) {
            double a = numbers[mine[i]];
            double b = that.numbers[theirs[i]];
            gradients[mine[i]] += y.gradients[i] * slopeOfThis.applyAsDouble(a, b);
            that.gradients[theirs[i]] += y.gradients[i] * slopeOfOther.applyAsDouble(a, b);
          }
        });
    return y;
  }

  /** Where each number of a larger shape stands in this, whose axes are repeated to fit. */
  private int[] places(int rows, Shape larger) {
    int size = larger.size();
    int[] places = new int[Math.max(1, rows) * size];
    for (int i = 0; i < places.length; i++) {
      int[] at = coordinates(i % size, larger);
      int place = this.rows == 0 ? 0 : i / size;
      for (int axis = 0; axis < shape.rank(); axis++) {
        int its = at[larger.rank() - shape.rank() + axis];
        place = place * shape.dimension(axis) + (shape.dimension(axis) == 1 ? 0 : its);
      }
      places[i] = place;
    }
    return places;
  }

  private static int[] coordinates(int place, Shape shape) {
    int[] at = new int[shape.rank()];
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      at[axis] = place % shape.dimension(axis);
      place /= shape.dimension(axis);
    }
    return at;
  }

  private static int place(int[] at, Shape shape) {
    int place = 0;
    for (int axis = 0; axis < at.length; axis++) {
      if (at[axis] < 0 || at[axis] >= shape.dimension(axis)) {
        return NOWHERE;
      }
      place = place * shape.dimension(axis) + at[axis];
    }
    return place;
  }

  /** Where the numbers of a row of another shape come from within a row of this one. */
  private interface Origin {
    int of(int[] at);
  }

  private ReferenceTensor picked(Shape result, double otherwise, Origin origin) {
    int size = result.size();
    int[] from = new int[Math.max(1, rows) * size];
    for (int i = 0; i < from.length; i++) {
      int place = origin.of(coordinates(i % size, result));
      from[i] = place == NOWHERE ? NOWHERE : i / size * shape.size() + place;
    }
    return picked(rows, result, from, otherwise);
  }

  // Of two.

  @Override
  public Tensor plus(Tensor other) {
    return both(other, (a, b) -> a + b, (a, b) -> 1, (a, b) -> 1);
  }

  @Override
  public Tensor minus(Tensor other) {
    return both(other, (a, b) -> a - b, (a, b) -> 1, (a, b) -> -1);
  }

  @Override
  public Tensor times(Tensor other) {
    return both(other, (a, b) -> a * b, (a, b) -> b, (a, b) -> a);
  }

  @Override
  public Tensor dividedBy(Tensor other) {
    return both(other, (a, b) -> a / b, (a, b) -> 1 / b, (a, b) -> -a / (b * b));
  }

  @Override
  public Tensor maximum(Tensor other) {
    return both(other, Math::max, (a, b) -> a >= b ? 1 : 0, (a, b) -> a >= b ? 0 : 1);
  }

  @Override
  public Tensor minimum(Tensor other) {
    return both(other, Math::min, (a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 0 : 1);
  }

  @Override
  public Tensor isGreaterThan(Tensor other) {
    return both(other, (a, b) -> a > b ? 1 : 0, (a, b) -> 0, (a, b) -> 0);
  }

  @Override
  public Tensor isEqualTo(Tensor other) {
    return both(other, (a, b) -> a == b ? 1 : 0, (a, b) -> 0, (a, b) -> 0);
  }

  @Override
  public Tensor choose(Tensor yes, Tensor no) {
    Tensor isChosen = each(x -> x == 0 ? 0 : 1, x -> 0);
    Tensor isLeft = each(x -> x == 0 ? 1 : 0, x -> 0);
    return isChosen.times(yes).plus(isLeft.times(no));
  }

  // Of one.

  @Override
  public Tensor negated() {
    return times(-1);
  }

  @Override
  public Tensor absolute() {
    return each(Math::abs, Math::signum);
  }

  @Override
  public Tensor square() {
    return each(x -> x * x, x -> 2 * x);
  }

  @Override
  public Tensor squareRoot() {
    return each(Math::sqrt, x -> 0.5 / Math.sqrt(x));
  }

  @Override
  public Tensor inverseSquareRoot() {
    return each(x -> 1 / Math.sqrt(x), x -> -0.5 / (x * Math.sqrt(x)));
  }

  @Override
  public Tensor exponential() {
    return each(Math::exp, Math::exp);
  }

  @Override
  public Tensor logarithm() {
    return each(Math::log, x -> 1 / x);
  }

  @Override
  public Tensor tanh() {
    return each(Math::tanh);
  }

  @Override
  public Tensor sigmoid() {
    return each(x -> 1 / (1 + Math.exp(-x)));
  }

  @Override
  public Tensor softplus() {
    return each(x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  }

  @Override
  public Tensor softsign() {
    return each(x -> x / (1 + Math.abs(x)));
  }

  @Override
  public Tensor errorFunction() {
    return each(ActivationFormula::erf);
  }

  @Override
  public Tensor relu() {
    return each(x -> Math.max(0, x), x -> x > 0 ? 1 : 0);
  }

  @Override
  public Tensor relu6() {
    return each(x -> Math.min(6, Math.max(0, x)), x -> x > 0 && x < 6 ? 1 : 0);
  }

  @Override
  public Tensor leakyRelu(double slope) {
    return each(x -> x > 0 ? x : slope * x, x -> x > 0 ? 1 : slope);
  }

  @Override
  public Tensor elu() {
    return each(x -> x > 0 ? x : Math.expm1(x), x -> x > 0 ? 1 : Math.exp(x));
  }

  @Override
  public Tensor selu() {
    double scale = 1.0507009873554805;
    double alpha = 1.6732632423543772;
    return each(
        x -> scale * (x > 0 ? x : alpha * Math.expm1(x)),
        x -> scale * (x > 0 ? 1 : alpha * Math.exp(x)));
  }

  @Override
  public Tensor withoutGradient() {
    return new ReferenceTensor(backward, rows, shape, type, numbers.clone());
  }

  // Along axes.

  private Shape withOnes(int... axes) {
    Shape ones = shape;
    for (int axis : axes) {
      ones = ones.withDimension(axis, 1);
    }
    return ones;
  }

  @Override
  public Tensor sum(int... axes) {
    Shape ones = withOnes(axes);
    ReferenceTensor counter =
        new ReferenceTensor(
            backward, rows, ones, type, new double[Math.max(1, rows) * ones.size()]);
    return summed(rows, ones, counter.places(rows, shape));
  }

  @Override
  public Tensor mean(int... axes) {
    return sum(axes).times((double) withOnes(axes).size() / shape.size());
  }

  @Override
  public Tensor largest(int axis) {
    Shape ones = withOnes(axis);
    ReferenceTensor best =
        new ReferenceTensor(
            backward, rows, ones, type, new double[Math.max(1, rows) * ones.size()]);
    int[] to = best.places(rows, shape);
    int[] from = new int[best.numbers.length];
    Arrays.fill(from, NOWHERE);
    for (int i = 0; i < to.length; i++) {
      if (from[to[i]] == NOWHERE || numbers[i] > numbers[from[to[i]]]) {
        from[to[i]] = i;
      }
    }
    return picked(rows, ones, from, 0);
  }

  @Override
  public Tensor softmax() {
    return logSoftmax().exponential();
  }

  @Override
  public Tensor logSoftmax() {
    Tensor shifted = minus(largest(-1).withoutGradient());
    return shifted.minus(shifted.exponential().sum(-1).logarithm());
  }

  private Shape withoutInnermost() {
    return new Shape(shape.dimensions().subList(0, shape.rank() - 1));
  }

  @Override
  public Tensor indexOfLargest() {
    int classes = shape.dimension(-1);
    double[] indices = new double[numbers.length / classes];
    for (int i = 0; i < numbers.length; i++) {
      int at = i / classes;
      if (numbers[i] > numbers[at * classes + (int) indices[at]]) {
        indices[at] = i % classes;
      }
    }
    return new ReferenceTensor(backward, rows, withoutInnermost(), ElementType.INT32, indices);
  }

  @Override
  public Tensor crossEntropy(Tensor probabilities) {
    return logSoftmax().times(probabilities).sum(-1).negated().reshaped(withoutInnermost());
  }

  /** Tries every way to give each step a class. */
  @Override
  public Tensor connectionistLoss(Tensor labels) {
    int steps = shape.dimension(0);
    int classes = shape.dimension(1);
    int length = labels.shape().size();
    double[] softmax = ((ReferenceTensor) softmax().withoutGradient()).numbers;
    double[] losses = new double[rows];
    double[] slopes = new double[numbers.length];
    for (int row = 0; row < rows; row++) {
      double[] own =
          Arrays.copyOfRange(
              softmax, row * steps * classes, (row + 1) * steps * classes); // [steps, classes]
      double[] wanted = Arrays.copyOfRange(of(labels).numbers, row * length, (row + 1) * length);
      double probability = 0;
      double[] shares = new double[steps * classes];
      int ways = (int) Math.pow(classes, steps);
      for (int way = 0; way < ways; way++) {
        int[] path = new int[steps];
        double product = 1;
        for (int step = 0, rest = way; step < steps; step++, rest /= classes) {
          path[step] = rest % classes;
          product *= own[step * classes + path[step]];
        }
        if (spells(path, wanted, classes - 1)) {
          probability += product;
          for (int step = 0; step < steps; step++) {
            shares[step * classes + path[step]] += product;
          }
        }
      }
      losses[row] = -Math.log(probability);
      for (int i = 0; i < shares.length; i++) {
        slopes[row * shares.length + i] = own[i] - shares[i] / probability;
      }
    }
    ReferenceTensor y =
        new ReferenceTensor(backward, rows, Shape.scalar(), ElementType.FLOAT32, losses);
    backward.push(
        () -> {
          for (int i = 0; i < slopes.length; i++) {
            gradients[i] += slopes[i] * y.gradients[i / (steps * classes)];
          }
        });
    return y;
  }

  private static boolean spells(int[] path, double[] wanted, int blank) {
    List<Integer> spelt = new ArrayList<>();
    for (int step = 0; step < path.length; step++) {
      if (path[step] != blank && (step == 0 || path[step] != path[step - 1])) {
        spelt.add(path[step]);
      }
    }
    List<Integer> labels =
        Arrays.stream(wanted)
            .filter(label -> label < blank)
            .mapToObj(label -> (int) label)
            .toList();
    return spelt.equals(labels);
  }

  // Of shapes.

  @Override
  public Tensor reshaped(int... dimensions) {
    int[] same = IntStream.range(0, numbers.length).toArray();
    return picked(rows, Shape.of(dimensions), same, 0);
  }

  @Override
  public Tensor transposed(int... axes) {
    Shape result = Shape.of(IntStream.of(axes).map(shape::dimension).toArray());
    return picked(
        result,
        0,
        at -> {
          int[] mine = new int[at.length];
          for (int i = 0; i < axes.length; i++) {
            mine[axes[i]] = at[i];
          }
          return place(mine, shape);
        });
  }

  private ReferenceTensor shifted(int axis, int by, int size, double otherwise) {
    int along = axis < 0 ? axis + shape.rank() : axis;
    return picked(
        shape.withDimension(axis, size),
        otherwise,
        at -> {
          at[along] += by;
          return place(at, shape);
        });
  }

  @Override
  public Tensor slice(int axis, int from, int to) {
    return shifted(axis, from, to - from, 0);
  }

  @Override
  public List<Tensor> split(int axis, int parts) {
    int size = shape.dimension(axis) / parts;
    List<Tensor> split = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      split.add(slice(axis, part * size, (part + 1) * size));
    }
    return split;
  }

  @Override
  public List<Tensor> unstacked(int axis) {
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.remove(axis < 0 ? axis + shape.rank() : axis);
    Shape part = new Shape(dimensions);
    return split(axis, shape.dimension(axis)).stream().map(each -> each.reshaped(part)).toList();
  }

  @Override
  public Tensor stacked(List<Tensor> others) {
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.add(0, 1);
    Shape one = new Shape(dimensions);
    return reshaped(one).joined(0, others.stream().map(each -> each.reshaped(one)).toList());
  }

  @Override
  public Tensor padded(int axis, int before, int behind, double value) {
    return shifted(axis, -before, before + shape.dimension(axis) + behind, value);
  }

  @Override
  public Tensor repeated(int axis, int times) {
    int along = axis < 0 ? axis + shape.rank() : axis;
    return picked(
        shape.withDimension(axis, times * shape.dimension(axis)),
        0,
        at -> {
          at[along] %= shape.dimension(axis);
          return place(at, shape);
        });
  }

  @Override
  public Tensor joined(int axis, List<Tensor> others) {
    List<ReferenceTensor> parts = new ArrayList<>(List.of(this));
    others.forEach(other -> parts.add(of(other)));
    int size = parts.stream().mapToInt(part -> part.shape.dimension(axis)).sum();
    Tensor joined = null;
    int before = 0;
    for (ReferenceTensor part : parts) {
      int own = part.shape.dimension(axis);
      Tensor padded = part.padded(axis, before, size - before - own, 0);
      joined = joined == null ? padded : joined.plus(padded);
      before += own;
    }
    return joined;
  }

  @Override
  public Tensor oneHot(int classes) {
    double[] hot = new double[numbers.length * classes];
    for (int i = 0; i < numbers.length; i++) {
      hot[i * classes + (int) numbers[i]] = 1;
    }
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.add(classes);
    return new ReferenceTensor(backward, rows, new Shape(dimensions), ElementType.FLOAT32, hot);
  }

  @Override
  public Tensor partsAt(Tensor places) {
    ReferenceTensor at = of(places);
    int part = shape.size() / shape.dimension(0);
    int[] from = new int[at.numbers.length * part];
    for (int i = 0; i < from.length; i++) {
      int chosen = (int) at.numbers[i / part];
      from[i] = chosen * part + i % part;
    }
    List<Integer> dimensions = new ArrayList<>(at.shape.dimensions());
    dimensions.addAll(shape.dimensions().subList(1, shape.rank()));
    return picked(at.rows, new Shape(dimensions), from, 0);
  }

  @Override
  public Tensor partsAsRows() {
    Shape part = new Shape(shape.dimensions().subList(1, shape.rank()));
    int[] same = IntStream.range(0, numbers.length).toArray();
    return picked(rows * shape.dimension(0), part, same, 0);
  }

  @Override
  public Tensor rowsAsParts(int parts) {
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.add(0, parts);
    int[] same = IntStream.range(0, numbers.length).toArray();
    return picked(rows / parts, new Shape(dimensions), same, 0);
  }

  // Products.

  /**
   * Every pair of numbers that belong together, as a product along a new axis, which is then added
   * up.
   */
  @Override
  public Tensor matMul(Tensor other) {
    if (shape.rank() == 1) {
      int columns = other.shape().dimension(-1);
      return reshaped(1, shape.dimension(0)).matMul(other).reshaped(columns);
    }
    List<Integer> mine = new ArrayList<>(shape.dimensions());
    mine.add(1); // [..., n, k, 1]
    List<Integer> theirs = new ArrayList<>(other.shape().dimensions());
    theirs.add(theirs.size() - 2, 1); // [..., 1, k, m]
    Tensor products = reshaped(new Shape(mine)).times(other.reshaped(new Shape(theirs)));
    List<Integer> result = new ArrayList<>(products.shape().dimensions());
    result.remove(result.size() - 2);
    return products.sum(-2).reshaped(new Shape(result));
  }

  @Override
  public Tensor matMulTransposed(Tensor other) {
    int rank = other.shape().rank();
    int[] axes = IntStream.range(0, rank).toArray();
    axes[rank - 2] = rank - 1;
    axes[rank - 1] = rank - 2;
    return matMul(other.transposed(axes));
  }

  // Windows.

  /** What each window sees, {@code [places, cells, channels]}. */
  private ReferenceTensor seen(Window window, double outside) {
    Shape places = window.over(shape, shape.dimension(2));
    int width = places.dimension(1);
    Shape result =
        Shape.of(places.dimension(0) * width, window.height() * window.width(), shape.dimension(2));
    return picked(result, outside, at -> pixel(window, at, width, shape));
  }

  private static int pixel(Window window, int[] at, int width, Shape picture) {
    int top = window.before(picture.dimension(0), window.height());
    int left = window.before(picture.dimension(1), window.width());
    return place(
        new int[] {
          at[0] / width * window.stride() + at[1] / window.width() * window.dilation() - top,
          at[0] % width * window.stride() + at[1] % window.width() * window.dilation() - left,
          at[2]
        },
        picture);
  }

  @Override
  public Tensor convolved(Tensor kernel, Window window) {
    int filters = kernel.shape().dimension(-1);
    int channels = kernel.shape().dimension(-2);
    int groups = shape.dimension(-1) / channels;
    if (groups > 1) {
      List<Tensor> parts = new ArrayList<>();
      for (int group = 0; group < groups; group++) {
        Tensor mine = slice(-1, group * channels, (group + 1) * channels);
        int first = filters / groups * group;
        parts.add(mine.convolved(kernel.slice(-1, first, first + filters / groups), window));
      }
      return parts.get(0).joined(-1, parts.subList(1, groups));
    }
    int cells = kernel.shape().size() / filters;
    Tensor windows = seen(window, 0);
    return windows
        .reshaped(windows.shape().dimension(0), cells)
        .matMul(kernel.reshaped(cells, filters))
        .reshaped(window.over(shape, filters));
  }

  @Override
  public Tensor convolvedByChannel(Tensor kernel, Window window) {
    int channels = kernel.shape().dimension(2);
    int multiplier = kernel.shape().dimension(3);
    int cells = window.height() * window.width();
    Tensor windows = seen(window, 0);
    int places = windows.shape().dimension(0);
    return windows
        .reshaped(places, cells, channels, 1)
        .times(kernel.reshaped(cells, channels, multiplier))
        .sum(1)
        .reshaped(window.over(shape, channels * multiplier));
  }

  @Override
  public Tensor convolvedBackwards(Tensor kernel, Window window, Shape picture) {
    int channels = shape.dimension(2);
    int filters = kernel.shape().dimension(2);
    int cells = window.height() * window.width();
    int width = shape.dimension(1);
    int places = shape.dimension(0) * width;
    Tensor sent =
        reshaped(places, channels)
            .matMulTransposed(kernel.reshaped(cells * filters, channels))
            .reshaped(places, cells, filters);
    int[] to = new int[of(sent).numbers.length];
    int size = sent.shape().size();
    for (int i = 0; i < to.length; i++) {
      int pixel = pixel(window, coordinates(i % size, sent.shape()), width, picture);
      to[i] = pixel == NOWHERE ? NOWHERE : i / size * picture.size() + pixel;
    }
    return of(sent).summed(rows, picture, to);
  }

  @Override
  public Tensor maxPooled(Window window) {
    return seen(window, Double.NEGATIVE_INFINITY)
        .largest(1)
        .reshaped(window.over(shape, shape.dimension(2)));
  }

  @Override
  public Tensor averagePooled(Window window) {
    ReferenceTensor ones =
        new ReferenceTensor(
            backward,
            0,
            shape,
            ElementType.FLOAT32,
            Collections.nCopies(shape.size(), 1.0).stream().mapToDouble(x -> x).toArray());
    return seen(window, 0)
        .sum(1)
        .dividedBy(ones.seen(window, 0).sum(1))
        .reshaped(window.over(shape, shape.dimension(2)));
  }
}
