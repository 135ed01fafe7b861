package io.kindling.optimizer;

/** u = −η(t) · g: the step downhill that is added to the parameters. */
public record ScaleByLearningRate(LearningRate learningRate) implements GradientTransform {

  @Override
  public BlockTransform at(long step, double globalNorm) {
    float factor = (float) -learningRate.at(step - 1);
    return block -> ClipByGlobalNorm.scale(block.update(), block.from(), block.to(), factor);
  }
}
