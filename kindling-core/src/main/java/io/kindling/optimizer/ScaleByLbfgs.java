package io.kindling.optimizer;

import io.kindling.network.ParameterLayout.View;

/**
 * The direction of limited-memory BFGS: the gradient times an estimate of the inverse Hessian, made
 * of the last steps s = θₜ − θₜ₋₁ and what they did to the gradient, y = gₜ − gₜ₋₁. Liu and
 * Nocedal, <i>On the limited memory BFGS method for large scale optimization</i>, 1989; the two
 * loops are algorithm 7.4 of Nocedal and Wright, <i>Numerical Optimization</i>, 2006, whose first
 * matrix is (sᵀy / yᵀy) I.
 *
 * <p>For full batches: a gradient of other rows says nothing of curvature. There is no line search;
 * the first step, of which nothing is known, is at most 1 long in the sum of its numbers, and pairs
 * without positive curvature are left out. Stands at the front of a chain, so that y is of
 * gradients.
 *
 * @param memory steps that are remembered; each takes two arrays as long as the parameters
 */
public record ScaleByLbfgs(int memory) implements GradientTransform {

  /** Below this, sᵀy is rounding. */
  private static final double LEAST_CURVATURE = 1e-10;

  public ScaleByLbfgs {
    if (memory < 1) {
      throw new IllegalArgumentException(
          "Invalid memory " + memory + " of L-BFGS. Use at least 1 step, such as 10.");
    }
  }

  /** Parameters and gradient of the step before, then the pairs, the newest where its step says. */
  @Override
  public int slots() {
    return 2 + 2 * memory;
  }

  @Override
  public boolean needsWholeUpdate() {
    return true;
  }

  @Override
  public boolean needsEveryRow(View view) {
    return true;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float[] g = whole.update();
    float[] theta = whole.parameters();
    float[] lastTheta = whole.slots()[0];
    float[] lastGradient = whole.slots()[1];
    int size = theta.length;
    if (step > 1) {
      float[] s = s(whole, step);
      float[] y = y(whole, step);
      for (int i = 0; i < size; i++) {
        s[i] = theta[i] - lastTheta[i];
        y[i] = g[i] - lastGradient[i];
      }
    }
    System.arraycopy(theta, 0, lastTheta, 0, size);
    System.arraycopy(g, 0, lastGradient, 0, size);
    turn(g, step, whole);
    return block -> {};
  }

  /** The step from the one before to this. */
  private float[] s(WholeUpdate whole, long step) {
    return whole.slots()[2 + 2 * (int) (step % memory)];
  }

  private float[] y(WholeUpdate whole, long step) {
    return whole.slots()[3 + 2 * (int) (step % memory)];
  }

  private void turn(float[] q, long step, WholeUpdate whole) {
    long oldest = Math.max(2, step - memory + 1);
    double[] alpha = new double[memory];
    double scale = 0;
    for (long at = step; at >= oldest; at--) {
      float[] s = s(whole, at);
      float[] y = y(whole, at);
      double curvature = dot(s, y);
      if (curvature > LEAST_CURVATURE) {
        scale = scale == 0 ? curvature / dot(y, y) : scale;
        alpha[(int) (at % memory)] = dot(s, q) / curvature;
        add(q, -alpha[(int) (at % memory)], y);
      }
    }
    if (scale == 0) {
      double sum = 0;
      for (int i = 0; i < whole.parameters().length; i++) {
        sum += Math.abs(q[i]);
      }
      scale = Math.min(1, 1 / sum);
    }
    for (int i = 0; i < whole.parameters().length; i++) {
      q[i] *= (float) scale;
    }
    for (long at = oldest; at <= step; at++) {
      float[] s = s(whole, at);
      float[] y = y(whole, at);
      double curvature = dot(s, y);
      if (curvature > LEAST_CURVATURE) {
        add(q, alpha[(int) (at % memory)] - dot(y, q) / curvature, s);
      }
    }
  }

  /** Over the parameters: an update may be longer. */
  private static double dot(float[] slot, float[] other) {
    double sum = 0;
    for (int i = 0; i < slot.length; i++) {
      sum += (double) slot[i] * other[i];
    }
    return sum;
  }

  private static void add(float[] q, double factor, float[] slot) {
    for (int i = 0; i < slot.length; i++) {
      q[i] += (float) (factor * slot[i]);
    }
  }
}
