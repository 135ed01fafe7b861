package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Gradients are summed over all workers in every step, each of which then takes the optimizer's
 * step on its share of the parameters and hands it to the others. What an optimizer remembers of a
 * share is with its worker alone until all agree. Rajbhandari et al., <i>ZeRO: Memory Optimizations
 * Toward Training Trillion Parameter Models</i>, 2020, stage 1.
 *
 * @param agreement steps after which all workers know what the optimizers of all remember, which is
 *     what a training that is cut off goes on from, and at the end of an epoch
 */
public record Sharded(@JsonProperty("agreement") int agreement) implements Strategy {

  /** Steps between two agreements: seldom enough to cost little, often enough to lose little. */
  public static final int DEFAULT_AGREEMENT = 100;

  public Sharded {
    if (agreement < 1) {
      throw new IllegalArgumentException(
          "Invalid agreement after %d steps of shards. Use 1 step or more.".formatted(agreement));
    }
  }

  @Override
  public <R, E extends Exception> R accept(StrategyVisitor<R, E> visitor) throws E {
    return visitor.sharded(this);
  }
}
