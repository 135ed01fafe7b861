package io.kindling.cluster.strategy;

/** C ← C + (W − P); W ← C. Dean et al., <i>Large Scale Distributed Deep Networks</i>, 2012. */
record DownpourRule() implements ParameterRule {

  @Override
  public void offer(float[] own, float[] last, int steps, float[] offered) {
    ParameterRule.difference(own, last, 1, offered);
  }

  @Override
  public void change(float[] center, float[] offered, Turn turn) {
    ParameterRule.add(center, offered, 1);
  }
}
