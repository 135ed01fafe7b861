package io.kindling.cluster.strategy;

/**
 * E = ρη (W − C); W ← W − E; C ← C + E. Zhang, Choromanska and LeCun, <i>Deep Learning with Elastic
 * Averaging SGD</i>, 2015, asynchronous.
 */
record ElasticRule() implements ParameterRule {

  /** ρ η: 0.5 for the ρ = 5 and η = 0.1 that dist-keras has. */
  private static final float ELASTICITY = 0.5f;

  @Override
  public boolean looksFirst() {
    return true;
  }

  @Override
  public void offer(float[] own, float[] last, int steps, float[] offered) {
    ParameterRule.difference(own, last, ELASTICITY, offered);
  }

  @Override
  public void change(float[] center, float[] offered, Turn turn) {
    ParameterRule.add(center, offered, 1);
  }
}
