package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Workers train by themselves, and agree now and then.
 *
 * <p>When they agree, a worker's parameters θᵢ weigh as the rows it has seen since they agreed on θ
 * last: Δ = θ − Σ wᵢ θᵢ; m ← μ m + Δ; θ ← θ − η (Δ + μ m), and without momentum θ ← θ − η Δ, which
 * for η = 1 is the mean.
 *
 * @param interval steps between two agreements; {@link #EPOCH} for one at the end of each epoch
 *     alone. Workers agree at the end of an epoch in any case
 * @param outerRate η
 * @param outerMomentum μ, in [0, 1)
 */
public record LocalSgd(
    @JsonProperty("interval") int interval,
    @JsonProperty("outerRate") double outerRate,
    @JsonProperty("outerMomentum") double outerMomentum)
    implements Strategy {

  /** An interval of an epoch. */
  public static final int EPOCH = 0;

  public LocalSgd {
    if (interval < 0) {
      throw new IllegalArgumentException(
          "Invalid interval %d of local SGD. Use 1 step or more, or %d for the epoch."
              .formatted(interval, EPOCH));
    }
    if (!(outerRate > 0 && Double.isFinite(outerRate))) {
      throw new IllegalArgumentException(
          "Invalid outer rate %s of local SGD. Use a positive number; 1 for the mean."
              .formatted(outerRate));
    }
    if (!(outerMomentum >= 0 && outerMomentum < 1)) {
      throw new IllegalArgumentException(
          "Invalid outer momentum %s of local SGD. Use a number from 0 to below 1."
              .formatted(outerMomentum));
    }
  }

  /** Whether agreeing is taking the mean, and nothing more. */
  @JsonIgnore
  public boolean isMean() {
    return outerRate == 1 && outerMomentum == 0;
  }

  @Override
  public <R, E extends Exception> R accept(StrategyVisitor<R, E> visitor) throws E {
    return visitor.localSgd(this);
  }
}
