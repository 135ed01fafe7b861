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
  @JsonSubTypes.Type(value = Initializer.VarianceScaling.class, name = "variance_scaling")
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
}
