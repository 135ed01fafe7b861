package io.kindling.optimizer;

/** u = c u. */
public record ScaleBy(double factor) implements GradientTransform {

  @Override
  public int rank() {
    return 1;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float c = (float) factor;
    return block -> ClipByGlobalNorm.scale(block.update(), block.from(), block.to(), c);
  }
}
