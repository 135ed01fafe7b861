package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * RMSprop's direction. Tieleman and Hinton, <i>Lecture 6.5: rmsprop</i>, 2012; centered as in
 * Graves, <i>Generating Sequences With Recurrent Neural Networks</i>, 2013, equations 38 to 40:
 *
 * <pre>
 * vₜ = ρ vₜ₋₁ + (1 − ρ) gₜ²
 * mₜ = ρ mₜ₋₁ + (1 − ρ) gₜ
 * uₜ = gₜ / (√vₜ + ε)               plain
 * uₜ = gₜ / (√(vₜ − mₜ²) + ε)       centered
 * </pre>
 *
 * @param initial v₀; 0 in the lecture, 1 in TensorFlow 1
 */
public record ScaleByRms(double decay, double epsilon, double initial, Centering centering)
    implements GradientTransform {

  /** Whether the square of the mean is taken off the mean of the squares. */
  public enum Centering {
    NONE,
    CENTERED;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ScaleByRms {
    OptimizerNumbers.checkDecay("RMSprop decay", decay);
    OptimizerNumbers.checkEpsilon("RMSprop", epsilon);
    OptimizerNumbers.checkNotNegative("RMSprop initial mean square", initial);
  }

  @Override
  public int slots() {
    return centering == Centering.CENTERED ? 2 : 1;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float rho = (float) decay;
    float rest = (float) (1 - decay);
    float eps = (float) epsilon;
    // Slots start at zero; what v₀ is worth in this step is added when v is used.
    float remains = (float) (initial * Math.pow(decay, (double) step));
    return centering == Centering.CENTERED
        ? block ->
            centered(
                block.update(),
                block.from(),
                block.to(),
                block.slots()[0],
                block.slots()[1],
                rho,
                rest,
                remains,
                eps)
        : block ->
            plain(
                block.update(),
                block.from(),
                block.to(),
                block.slots()[0],
                rho,
                rest,
                remains,
                eps);
  }

  private static void plain(
      float[] u, int from, int to, float[] v, float rho, float rest, float remains, float eps) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float vt = TinyNumbers.flushed(rho * v[i] + rest * g * g);
      v[i] = vt;
      u[i] = g / ((float) Math.sqrt(vt + remains) + eps);
    }
  }

  private static void centered(
      float[] u,
      int from,
      int to,
      float[] v,
      float[] m,
      float rho,
      float rest,
      float remains,
      float eps) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float vt = TinyNumbers.flushed(rho * v[i] + rest * g * g);
      float mt = TinyNumbers.flushed(rho * m[i] + rest * g);
      v[i] = vt;
      m[i] = mt;
      // Rounding may take a variance that is zero below it.
      u[i] = g / ((float) Math.sqrt(Math.max(0, vt + remains - mt * mt)) + eps);
    }
  }
}
