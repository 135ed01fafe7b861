package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * Gradients are summed over all workers in every step.
 *
 * @param format in which they travel
 */
public record AllReduced(@JsonProperty("format") WireFormat format) implements Strategy {

  public AllReduced {
    Objects.requireNonNull(format, "format");
  }

  @Override
  public <R, E extends Exception> R accept(StrategyVisitor<R, E> visitor) throws E {
    return visitor.allReduced(this);
  }
}
