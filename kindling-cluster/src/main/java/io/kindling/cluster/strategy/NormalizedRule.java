package io.kindling.cluster.strategy;

/**
 * C ← C + (W − P) / w; W ← C, for the w steps since the last exchange. Hermans, <i>On Scalable Deep
 * Learning and Parallelizing Gradient Descent</i>, 2017: accumulated gradient normalization.
 */
record NormalizedRule() implements ParameterRule {

  @Override
  public void offer(float[] own, float[] last, int steps, float[] offered) {
    ParameterRule.difference(own, last, 1f / steps, offered);
  }

  @Override
  public void change(float[] center, float[] offered, Turn turn) {
    ParameterRule.add(center, offered, 1);
  }
}
