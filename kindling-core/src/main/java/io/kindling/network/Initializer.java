package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/** How a parameter array starts: a pure function of its shape and a seed. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Initializer.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = Initializer.Values.class, name = "values"),
  @JsonSubTypes.Type(value = Initializer.VarianceScaling.class, name = "variance_scaling"),
  @JsonSubTypes.Type(value = Initializer.Uniform.class, name = "uniform"),
  @JsonSubTypes.Type(value = Initializer.Normal.class, name = "normal"),
  @JsonSubTypes.Type(value = Initializer.TruncatedNormal.class, name = "truncated_normal"),
  @JsonSubTypes.Type(value = Initializer.Orthogonal.class, name = "orthogonal"),
  @JsonSubTypes.Type(value = Initializer.Identity.class, name = "identity")
})
public sealed interface Initializer {

  /** Fills {@code shape.size()} floats from {@code offset} on. */
  void fill(float[] values, int offset, Shape shape, long seed);

  static Initializer zeros() {
    return new Constant(0);
  }

  static Initializer ones() {
    return new Constant(1);
  }

  static Initializer constant(float value) {
    return new Constant(value);
  }

  /** Given values, in row-major order. */
  static Initializer values(float... values) {
    return new Values(values);
  }

  /**
   * Glorot and Bengio, <i>Understanding the difficulty of training deep feedforward neural
   * networks</i>, 2010: uniform in ±√(6 / (fanIn + fanOut)).
   */
  static Initializer glorotUniform() {
    return new VarianceScaling(1, FanMode.AVERAGE, Distribution.UNIFORM);
  }

  /** Glorot and Bengio, 2010: normal with variance 2 / (fanIn + fanOut). */
  static Initializer glorotNormal() {
    return new VarianceScaling(1, FanMode.AVERAGE, Distribution.NORMAL);
  }

  /** He et al., <i>Delving Deep into Rectifiers</i>, 2015: uniform in ±√(6 / fanIn). */
  static Initializer heUniform() {
    return new VarianceScaling(2, FanMode.IN, Distribution.UNIFORM);
  }

  /** He et al., 2015: normal with variance 2 / fanIn. */
  static Initializer heNormal() {
    return new VarianceScaling(2, FanMode.IN, Distribution.NORMAL);
  }

  /** LeCun et al., <i>Efficient BackProp</i>, 1998: uniform in ±√(3 / fanIn). */
  static Initializer lecunUniform() {
    return new VarianceScaling(1, FanMode.IN, Distribution.UNIFORM);
  }

  /** LeCun et al., 1998: normal with variance 1 / fanIn. */
  static Initializer lecunNormal() {
    return new VarianceScaling(1, FanMode.IN, Distribution.NORMAL);
  }

  /** Uniform in ±{@code limit}. */
  static Initializer uniform(double limit) {
    return new Uniform(-limit, limit);
  }

  /** Normal around 0. */
  static Initializer normal(double deviation) {
    return new Normal(0, deviation);
  }

  /** Normal around 0, drawn again beyond two deviations. */
  static Initializer truncatedNormal(double deviation) {
    return new TruncatedNormal(0, deviation);
  }

  /** Saxe et al., <i>Exact Solutions to the Nonlinear Dynamics of Learning</i>, 2014. */
  static Initializer orthogonal() {
    return new Orthogonal(1);
  }

  /** Ones on the diagonal. */
  static Initializer identity() {
    return new Identity(1);
  }

  /** Which fan divides the variance. */
  enum FanMode {
    IN,
    OUT,
    AVERAGE;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The form of the random numbers. */
  enum Distribution {
    UNIFORM,
    NORMAL;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The same value everywhere. */
  record Constant(float value) implements Initializer {
    @Override
    public void fill(float[] values, int offset, Shape shape, long seed) {
      Arrays.fill(values, offset, offset + shape.size(), value);
    }
  }

  /** Stated values, such as those of a network that was trained elsewhere. */
  record Values(float[] values) implements Initializer {
    public Values {
      values = values.clone();
    }

    @Override
    public void fill(float[] into, int offset, Shape shape, long seed) {
      if (values.length != shape.size()) {
        throw new IllegalArgumentException(
            "Invalid initializer: "
                + values.length
                + " values for an array of shape "
                + shape
                + ".");
      }
      System.arraycopy(values, 0, into, offset, values.length);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Values that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  /**
   * Zero mean and variance {@code scale / fan}, where the fan is read off the kernel's shape {@code
   * [..., in, out]}.
   */
  record VarianceScaling(double scale, FanMode fanMode, Distribution distribution)
      implements Initializer {
    @Override
    public void fill(float[] values, int offset, Shape shape, long seed) {
      int rank = shape.rank();
      double out = rank == 0 ? 1 : shape.dimension(-1);
      double in = rank < 2 ? out : shape.dimension(-2);
      double receptiveField = rank < 2 ? 1 : shape.size() / (in * out);
      double fan =
          switch (fanMode) {
            case IN -> in * receptiveField;
            case OUT -> out * receptiveField;
            case AVERAGE -> (in + out) * receptiveField / 2;
          };
      double variance = scale / fan;
      SplittableRandom random = new SplittableRandom(seed);
      double limit = Math.sqrt(3 * variance);
      double deviation = Math.sqrt(variance);
      for (int i = offset; i < offset + shape.size(); i++) {
        values[i] =
            (float)
                (distribution == Distribution.UNIFORM
                    ? random.nextDouble(-limit, limit)
                    : random.nextGaussian() * deviation);
      }
    }
  }

  /** Evenly from {@code least} up to {@code most}. */
  record Uniform(double least, double most) implements Initializer {
    public Uniform {
      if (!(least < most)) {
        throw new IllegalArgumentException(
            "Invalid range from " + least + " to " + most + ". State the smaller number first.");
      }
    }

    @Override
    public void fill(float[] values, int offset, Shape shape, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = offset; i < offset + shape.size(); i++) {
        values[i] = (float) random.nextDouble(least, most);
      }
    }
  }

  /** The normal distribution. */
  record Normal(double mean, double deviation) implements Initializer {
    public Normal {
      Layer.positive("deviation", deviation);
    }

    @Override
    public void fill(float[] values, int offset, Shape shape, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = offset; i < offset + shape.size(); i++) {
        values[i] = (float) (mean + deviation * random.nextGaussian());
      }
    }
  }

  /**
   * The normal distribution, drawn again where a number lies more than two deviations from the
   * mean.
   */
  record TruncatedNormal(double mean, double deviation) implements Initializer {
    public TruncatedNormal {
      Layer.positive("deviation", deviation);
    }

    @Override
    public void fill(float[] values, int offset, Shape shape, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = offset; i < offset + shape.size(); i++) {
        double drawn;
        do {
          drawn = random.nextGaussian();
        } while (Math.abs(drawn) > 2);
        values[i] = (float) (mean + deviation * drawn);
      }
    }
  }

  /**
   * Rows or columns, whichever are fewer, that are orthogonal and as long as {@code gain}; the
   * matrix has the innermost axis as columns and all others as rows. Saxe et al., 2014.
   */
  record Orthogonal(double gain) implements Initializer {
    @Override
    public void fill(float[] values, int offset, Shape shape, long seed) {
      int columns = shape.isScalar() ? 1 : shape.dimension(-1);
      int rows = shape.size() / columns;
      boolean isWide = columns > rows;
      double[][] vectors = new double[Math.min(rows, columns)][Math.max(rows, columns)];
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < vectors.length; i++) {
        do {
          for (int j = 0; j < vectors[i].length; j++) {
            vectors[i][j] = random.nextGaussian();
          }
        } while (!orthonormalize(vectors, i));
      }
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          double value = isWide ? vectors[row][column] : vectors[column][row];
          values[offset + row * columns + column] = (float) (gain * value);
        }
      }
    }

    /**
     * Takes off what points along the vectors before, twice against rounding; false if nothing is
     * left.
     */
    private static boolean orthonormalize(double[][] vectors, int last) {
      double[] vector = vectors[last];
      for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < last; i++) {
          double along = dot(vector, vectors[i]);
          for (int j = 0; j < vector.length; j++) {
            vector[j] -= along * vectors[i][j];
          }
        }
      }
      double length = Math.sqrt(dot(vector, vector));
      for (int j = 0; j < vector.length; j++) {
        vector[j] /= length;
      }
      return length > 1e-6;
    }

    private static double dot(double[] a, double[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * b[i];
      }
      return sum;
    }
  }

  /** {@code gain} on the diagonal of a matrix, zero elsewhere. */
  record Identity(double gain) implements Initializer {
    @Override
    public void fill(float[] values, int offset, Shape shape, long seed) {
      if (shape.rank() != 2) {
        throw new IllegalArgumentException(
            "Invalid initializer: the identity is a matrix, not an array of shape " + shape + ".");
      }
      Arrays.fill(values, offset, offset + shape.size(), 0);
      int columns = shape.dimension(1);
      for (int i = 0; i < Math.min(shape.dimension(0), columns); i++) {
        values[offset + i * columns + i] = (float) gain;
      }
    }
  }
}
