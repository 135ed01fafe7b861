package io.kindling.cluster.strategy;

/**
 * C ← C + (W − P) / (τ + 1); W ← C, where τ is the staleness. Jiang et al., <i>Heterogeneity-aware
 * Distributed Parameter Servers</i>, 2017.
 */
record StalenessRule() implements ParameterRule {

  @Override
  public void offer(float[] own, float[] last, int steps, float[] offered) {
    ParameterRule.difference(own, last, 1, offered);
  }

  @Override
  public void change(float[] center, float[] offered, Turn turn) {
    ParameterRule.add(center, offered, 1f / (turn.staleness() + 1));
  }
}
