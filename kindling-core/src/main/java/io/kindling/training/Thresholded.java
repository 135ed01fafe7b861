package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Of the gradients only what has added up to a threshold is summed over all workers in a step; the
 * rest waits for the next ones. Strom, <i>Scalable Distributed DNN Training Using Commodity GPU
 * Cloud Computing</i>, 2015.
 *
 * @param share of a gradient's numbers that travels in a step, above 0 and below 1
 */
public record Thresholded(@JsonProperty("share") double share) implements Strategy {

  /** One of a thousand is 1/1000 of the bytes, per worker. */
  public static final double DEFAULT_SHARE = 1e-3;

  public Thresholded {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "Invalid share %s of the gradients. Use a share above 0 and below 1, such as %s."
              .formatted(share, DEFAULT_SHARE));
    }
  }

  @Override
  public <R, E extends Exception> R accept(StrategyVisitor<R, E> visitor) throws E {
    return visitor.thresholded(this);
  }
}
