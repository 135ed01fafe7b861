package io.kindling.optimizer;

/** A transformation with a learning rate. */
sealed interface Scheduled permits ScaleByLearningRate, FollowRegularizedLeader {

  LearningRate learningRate();

  GradientTransform withLearningRate(LearningRate learningRate);
}
