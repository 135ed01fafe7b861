package io.kindling.optimizer;

/** u = −η(t) · g: the step downhill that is added to the parameters. */
public record ScaleByLearningRate(LearningRate learningRate)
    implements GradientTransform, Scheduled {

  @Override
  public ScaleByLearningRate withLearningRate(LearningRate learningRate) {
    return new ScaleByLearningRate(learningRate);
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float factor = (float) -learningRate.at(step - 1);
    return block -> ClipByGlobalNorm.scale(block.update(), block.from(), block.to(), factor);
  }
}
