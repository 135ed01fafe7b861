package io.kindling.optimizer;

/**
 * One transformation in one step, with all that is the same for every parameter already worked out.
 */
@FunctionalInterface
public interface BlockTransform {

  /**
   * Turns {@code block.update()} into the next update, in place, and brings the slots up to date.
   */
  void apply(Block block);
}
