package io.kindling.optimizer;

import java.util.ArrayList;
import java.util.List;

/**
 * Optimizers as their papers write them: over whole vectors of doubles, one line per formula, the
 * parameters moved once per call.
 */
final class SlowOptimizer {

  /** One formula, with whatever it remembers. */
  interface Link {
    double[] next(double[] g, int t);

    /** The same for formulas that look at the parameters. */
    default double[] next(double[] g, int t, double[] theta) {
      return next(g, t);
    }
  }

  /** u = g + λ θ. Loshchilov and Hutter, 2019. */
  record Decay(double lambda) implements Link {
    @Override
    public double[] next(double[] g, int t) {
      throw new UnsupportedOperationException("The decay of parameters needs the parameters.");
    }

    @Override
    public double[] next(double[] g, int t, double[] theta) {
      return map(g, i -> g[i] + lambda * theta[i]);
    }
  }

  /** u = c u ‖θ‖ / (‖u‖ + ε), or c u where either is 0. You et al., 2017. */
  static Link trust(double c, double epsilon) {
    return new WithParameters(
        (g, t, theta) -> {
          double ofTheta = norm(theta);
          double ofUpdate = norm(g);
          double ratio = ofTheta == 0 || ofUpdate == 0 ? 1 : ofTheta / (ofUpdate + epsilon);
          return map(g, i -> c * ratio * g[i]);
        });
  }

  /** Zhang et al., 2019, algorithm 1. */
  static Link lookahead(int k, double alpha, int size) {
    double[] slow = new double[size];
    return new WithParameters(
        (g, t, theta) -> {
          if (t == 1) {
            System.arraycopy(theta, 0, slow, 0, size);
          }
          if (t % k != 0) {
            return g;
          }
          double[] kept = map(g, i -> slow[i] + alpha * (theta[i] + g[i] - slow[i]));
          System.arraycopy(kept, 0, slow, 0, size);
          return map(g, i -> kept[i] - theta[i]);
        });
  }

  /** McMahan et al., 2013, algorithm 1. */
  static Link ftrl(double alpha, double beta, double l1, double l2, double initial, int size) {
    double[] z = new double[size];
    double[] n = new double[size];
    java.util.Arrays.fill(n, initial);
    return new WithParameters(
        (g, t, theta) -> {
          double[] sigma = map(g, i -> (Math.sqrt(n[i] + g[i] * g[i]) - Math.sqrt(n[i])) / alpha);
          set(z, i -> z[i] + g[i] - sigma[i] * theta[i]);
          set(n, i -> n[i] + g[i] * g[i]);
          return map(
              g,
              i ->
                  Math.abs(z[i]) <= l1
                      ? -theta[i]
                      : -(z[i] - Math.signum(z[i]) * l1) / ((beta + Math.sqrt(n[i])) / alpha + l2)
                          - theta[i]);
        });
  }

  /** Nocedal and Wright, 2006, algorithm 7.4, recursively as in Liu and Nocedal, 1989. */
  static Link lbfgs(int memory, int size) {
    List<double[]> s = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    double[] lastTheta = new double[size];
    double[] lastGradient = new double[size];
    return new WithParameters(
        (g, t, theta) -> {
          if (t > 1) {
            s.add(map(g, i -> theta[i] - lastTheta[i]));
            y.add(map(g, i -> g[i] - lastGradient[i]));
          }
          System.arraycopy(theta, 0, lastTheta, 0, size);
          System.arraycopy(g, 0, lastGradient, 0, size);
          int first = Math.max(0, s.size() - memory);
          return inverseHessianTimes(g, s.subList(first, s.size()), y.subList(first, y.size()));
        });
  }

  /** H g = (I − ρ s yᵀ) H' (I − ρ y sᵀ) g + ρ s sᵀ g, with H' of the older pairs. */
  private static double[] inverseHessianTimes(double[] g, List<double[]> s, List<double[]> y) {
    for (int last = s.size() - 1; last >= 0; last--) {
      if (dot(s.get(last), y.get(last)) > 1e-10) {
        double scale = dot(s.get(last), y.get(last)) / dot(y.get(last), y.get(last));
        return withPairs(g, s.subList(0, last + 1), y.subList(0, last + 1), scale);
      }
    }
    double scale = Math.min(1, 1 / java.util.Arrays.stream(g).map(Math::abs).sum());
    return map(g, i -> scale * g[i]);
  }

  private static double[] withPairs(double[] g, List<double[]> s, List<double[]> y, double scale) {
    if (s.isEmpty()) {
      return map(g, i -> scale * g[i]);
    }
    int last = s.size() - 1;
    double[] sk = s.get(last);
    double[] yk = y.get(last);
    if (dot(sk, yk) <= 1e-10) {
      return withPairs(g, s.subList(0, last), y.subList(0, last), scale);
    }
    double rho = 1 / dot(sk, yk);
    double alpha = rho * dot(sk, g);
    double[] inner =
        withPairs(map(g, i -> g[i] - alpha * yk[i]), s.subList(0, last), y.subList(0, last), scale);
    double beta = rho * dot(yk, inner);
    return map(g, i -> inner[i] + (alpha - beta) * sk[i]);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] values) {
    return Math.sqrt(java.util.Arrays.stream(values).map(x -> x * x).sum());
  }

  /** A formula that looks at the parameters. */
  private interface Formula {
    double[] next(double[] g, int t, double[] theta);
  }

  private record WithParameters(Formula formula) implements Link {
    @Override
    public double[] next(double[] g, int t) {
      throw new UnsupportedOperationException("It needs the parameters.");
    }

    @Override
    public double[] next(double[] g, int t, double[] theta) {
      return formula.next(g, t, theta);
    }
  }

  private final List<Link> links = new ArrayList<>();

  static SlowOptimizer of(Link... links) {
    SlowOptimizer optimizer = new SlowOptimizer();
    optimizer.links.addAll(List.of(links));
    return optimizer;
  }

  /** θₜ = θₜ₋₁ + u. */
  void step(double[] theta, double[] gradient, int t) {
    double[] u = gradient;
    for (Link link : links) {
      u = link.next(u, t, theta);
    }
    for (int i = 0; i < theta.length; i++) {
      theta[i] += u[i];
    }
  }

  /** u = −η g. */
  static Link descend(LearningRate eta) {
    return (g, t) -> map(g, i -> -eta.at(t - 1) * g[i]);
  }

  /** fₜ = μ fₜ₋₁ + gₜ, uₜ = fₜ. */
  static Link momentum(double mu, int size) {
    double[] f = new double[size];
    return (g, t) -> {
      System.arraycopy(map(g, i -> mu * f[i] + g[i]), 0, f, 0, size);
      return f.clone();
    };
  }

  /** fₜ = μ fₜ₋₁ + gₜ, uₜ = gₜ + μ fₜ. */
  static Link nesterov(double mu, int size) {
    double[] f = new double[size];
    return (g, t) -> {
      System.arraycopy(map(g, i -> mu * f[i] + g[i]), 0, f, 0, size);
      return map(g, i -> g[i] + mu * f[i]);
    };
  }

  /** Kingma and Ba, 2015, algorithm 1. */
  static Link adam(double beta1, double beta2, double epsilon, int size) {
    double[] m = new double[size];
    double[] v = new double[size];
    return (g, t) -> {
      System.arraycopy(map(g, i -> beta1 * m[i] + (1 - beta1) * g[i]), 0, m, 0, size);
      System.arraycopy(map(g, i -> beta2 * v[i] + (1 - beta2) * g[i] * g[i]), 0, v, 0, size);
      return map(
          g,
          i -> {
            double mHat = m[i] / (1 - Math.pow(beta1, t));
            double vHat = v[i] / (1 - Math.pow(beta2, t));
            return mHat / (Math.sqrt(vHat) + epsilon);
          });
    };
  }

  /** Kingma and Ba, 2015, algorithm 2. */
  static Link adamax(double beta1, double beta2, double epsilon, int size) {
    double[] m = new double[size];
    double[] v = new double[size];
    return (g, t) -> {
      set(m, i -> beta1 * m[i] + (1 - beta1) * g[i]);
      set(v, i -> Math.max(beta2 * v[i], Math.abs(g[i])));
      return map(g, i -> m[i] / (1 - Math.pow(beta1, t)) / (v[i] + epsilon));
    };
  }

  /** Dozat, 2016. */
  static Link nadam(double beta1, double beta2, double epsilon, int size) {
    double[] m = new double[size];
    double[] v = new double[size];
    return (g, t) -> {
      set(m, i -> beta1 * m[i] + (1 - beta1) * g[i]);
      set(v, i -> beta2 * v[i] + (1 - beta2) * g[i] * g[i]);
      return map(
          g,
          i -> {
            double mBar =
                beta1 * m[i] / (1 - Math.pow(beta1, t + 1))
                    + (1 - beta1) * g[i] / (1 - Math.pow(beta1, t));
            return mBar / (Math.sqrt(v[i] / (1 - Math.pow(beta2, t))) + epsilon);
          });
    };
  }

  /** Reddi et al., 2018, algorithm 2. */
  static Link amsGrad(double beta1, double beta2, double epsilon, int size) {
    double[] m = new double[size];
    double[] v = new double[size];
    double[] vHat = new double[size];
    return (g, t) -> {
      set(m, i -> beta1 * m[i] + (1 - beta1) * g[i]);
      set(v, i -> beta2 * v[i] + (1 - beta2) * g[i] * g[i]);
      set(vHat, i -> Math.max(vHat[i], v[i]));
      return map(g, i -> m[i] / (Math.sqrt(vHat[i]) + epsilon));
    };
  }

  /** Zaheer et al., 2018, algorithm 2. */
  static Link yogi(double beta1, double beta2, double epsilon, int size) {
    double[] m = new double[size];
    double[] v = new double[size];
    return (g, t) -> {
      set(m, i -> beta1 * m[i] + (1 - beta1) * g[i]);
      set(v, i -> v[i] - (1 - beta2) * Math.signum(v[i] - g[i] * g[i]) * g[i] * g[i]);
      return map(g, i -> m[i] / (Math.sqrt(v[i]) + epsilon));
    };
  }

  /** Chen et al., 2023, algorithm 2. */
  static Link lion(double beta1, double beta2, int size) {
    double[] m = new double[size];
    return (g, t) -> {
      double[] u = map(g, i -> Math.signum(beta1 * m[i] + (1 - beta1) * g[i]));
      set(m, i -> beta2 * m[i] + (1 - beta2) * g[i]);
      return u;
    };
  }

  /** Tieleman and Hinton, 2012. */
  static Link rms(double rho, double epsilon, double initial, int size) {
    double[] v = new double[size];
    java.util.Arrays.fill(v, initial);
    return (g, t) -> {
      set(v, i -> rho * v[i] + (1 - rho) * g[i] * g[i]);
      return map(g, i -> g[i] / (Math.sqrt(v[i]) + epsilon));
    };
  }

  /** Graves, 2013, equations 38 to 40. */
  static Link centeredRms(double rho, double epsilon, int size) {
    double[] v = new double[size];
    double[] m = new double[size];
    return (g, t) -> {
      set(v, i -> rho * v[i] + (1 - rho) * g[i] * g[i]);
      set(m, i -> rho * m[i] + (1 - rho) * g[i]);
      return map(g, i -> g[i] / (Math.sqrt(Math.max(0, v[i] - m[i] * m[i])) + epsilon));
    };
  }

  /** Duchi et al., 2011. */
  static Link adagrad(double initial, double epsilon, int size) {
    double[] a = new double[size];
    java.util.Arrays.fill(a, initial);
    return (g, t) -> {
      set(a, i -> a[i] + g[i] * g[i]);
      return map(g, i -> g[i] / (Math.sqrt(a[i]) + epsilon));
    };
  }

  /** Zeiler, 2012, algorithm 1. */
  static Link adadelta(double rho, double epsilon, int size) {
    double[] v = new double[size];
    double[] x = new double[size];
    return (g, t) -> {
      set(v, i -> rho * v[i] + (1 - rho) * g[i] * g[i]);
      double[] u = map(g, i -> Math.sqrt(x[i] + epsilon) / Math.sqrt(v[i] + epsilon) * g[i]);
      set(x, i -> rho * x[i] + (1 - rho) * u[i] * u[i]);
      return u;
    };
  }

  /** uᵢ = min(c, max(−c, gᵢ)). */
  static Link clipValues(double c) {
    return (g, t) -> map(g, i -> Math.min(c, Math.max(-c, g[i])));
  }

  /** u = g · min(1, c / ‖g‖₂). */
  static Link clip(double c) {
    return (g, t) -> {
      double sum = 0;
      for (double each : g) {
        sum += each * each;
      }
      double norm = Math.sqrt(sum);
      return map(g, i -> norm <= c ? g[i] : g[i] * c / norm);
    };
  }

  private static void set(double[] into, java.util.function.IntToDoubleFunction formula) {
    System.arraycopy(map(into, formula), 0, into, 0, into.length);
  }

  private static double[] map(double[] like, java.util.function.IntToDoubleFunction formula) {
    double[] mapped = new double[like.length];
    java.util.Arrays.setAll(mapped, formula);
    return mapped;
  }
}
