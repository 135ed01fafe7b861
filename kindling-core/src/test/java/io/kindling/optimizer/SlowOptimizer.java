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
      u = link.next(u, t);
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

  private static double[] map(double[] like, java.util.function.IntToDoubleFunction formula) {
    double[] mapped = new double[like.length];
    java.util.Arrays.setAll(mapped, formula);
    return mapped;
  }
}
