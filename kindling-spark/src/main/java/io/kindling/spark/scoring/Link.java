package io.kindling.spark.scoring;

/** What a network's last layer leaves to do until its numbers are probabilities. */
public enum Link {
  /** Logits of classes that exclude one another. */
  SOFTMAX,
  /** One logit, of class 1 against class 0; or several, each a question of its own. */
  SIGMOID,
  /** Probabilities already; a single one is that of class 1. */
  IDENTITY
}
