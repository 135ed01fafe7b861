package io.kindling.cli.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * From values to places along an axis, with ticks at numbers that people count in.
 *
 * @param low the value at the start of the axis
 * @param high the value at its end
 * @param ticks the values to label, ascending
 */
record Scale(Kind kind, double low, double high, List<Double> ticks) {

  /** Spacing of the values. */
  enum Kind {
    LINEAR,
    LOGARITHMIC
  }

  /** Losses that shrink by more than this factor are read better on a logarithmic axis. */
  private static final double LOGARITHMIC_FROM = 40;

  /** Returns a linear axis that holds all finite values and ends at ticks. */
  static Scale linear(DoubleStream values, int mostTicks) {
    double[] range = range(values.filter(Double::isFinite));
    double step = niceStep((range[1] - range[0]) / mostTicks);
    double low = Math.floor(range[0] / step + 1e-9) * step;
    double high = Math.ceil(range[1] / step - 1e-9) * step;
    return new Scale(Kind.LINEAR, low, high, multiples(low, high, step));
  }

  /** Returns an axis for losses: from 0, or logarithmic if they span a large factor. */
  static Scale loss(double[] values, int mostTicks) {
    double[] finite = DoubleStream.of(values).filter(Double::isFinite).toArray();
    double[] range = range(DoubleStream.of(finite));

    if (finite.length > 0 && range[0] > 0 && range[1] / range[0] > LOGARITHMIC_FROM) {
      return logarithmic(range[0], range[1]);
    }
    return linear(DoubleStream.concat(DoubleStream.of(0), DoubleStream.of(finite)), mostTicks);
  }

  private static Scale logarithmic(double smallest, double largest) {
    double decades = Math.log10(largest / smallest);
    int[] digits = decades > 3.5 ? new int[] {1} : new int[] {1, 2, 5};
    List<Double> ticks = new ArrayList<>();

    for (int power = (int) Math.floor(Math.log10(smallest)); power <= 308; power++) {
      for (int digit : digits) {
        double tick = Double.parseDouble(digit + "e" + power);
        if (tick >= smallest && tick <= largest) {
          ticks.add(tick);
        }
      }
      if (Math.pow(10, power) > largest) {
        break;
      }
    }

    double margin = Math.pow(largest / smallest, 0.04);
    return new Scale(Kind.LOGARITHMIC, smallest / margin, largest * margin, List.copyOf(ticks));
  }

  /** Returns an axis of epochs, with ticks at whole epochs if there are more than two. */
  static Scale epochs(int epochs, int mostTicks) {
    double step = epochs <= 2 ? 0.2 : Math.max(1, niceStep((double) epochs / mostTicks));
    return new Scale(Kind.LINEAR, 0, epochs, multiples(0, epochs, step));
  }

  private static double[] range(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    if (sorted.length == 0) {
      return new double[] {0, 1};
    }

    double low = sorted[0];
    double high = sorted[sorted.length - 1];
    if (low == high) {
      double margin = low == 0 ? 1 : Math.abs(low) / 10;
      return new double[] {low - (low == 0 ? 0 : margin), high + margin};
    }
    return new double[] {low, high};
  }

  /** The smallest of 1, 2 and 5 times a power of ten that is at least {@code step}. */
  static double niceStep(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    double digit = step / power;
    if (digit <= 1 + 1e-9) {
      return power;
    }
    if (digit <= 2 + 1e-9) {
      return 2 * power;
    }
    return digit <= 5 + 1e-9 ? 5 * power : 10 * power;
  }

  private static List<Double> multiples(double low, double high, double step) {
    List<Double> ticks = new ArrayList<>();
    for (long i = Math.round(low / step); i * step <= high + step * 1e-6; i++) {
      ticks.add(i * step);
    }
    return List.copyOf(ticks);
  }

  /** The place of {@code value}: 0 at the start of the axis, 1 at its end. */
  double place(double value) {
    if (kind == Kind.LOGARITHMIC) {
      return Math.log(value / low) / Math.log(high / low);
    }
    return (value - low) / (high - low);
  }

  /** What to write at {@code tick}: as many decimals as tell the ticks apart. */
  String label(double tick) {
    double size = Math.abs(tick);
    if (size != 0 && (size >= 1e6 || size < 1e-4)) {
      return String.format(Locale.ROOT, "%.0e", tick).replace("e-0", "e-").replace("e+0", "e");
    }

    double step = kind == Kind.LOGARITHMIC || ticks.size() < 2 ? size : ticks.get(1) - ticks.get(0);
    int decimals = step == 0 ? 0 : (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", tick + 0.0);
  }
}
