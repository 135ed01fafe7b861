package io.kindling.cluster.strategy;

/** C ← C + (W − C) / n for n workers; W ← C. As TensorOnSpark combines by the mean. */
record MeanRule() implements ParameterRule {

  @Override
  public void offer(float[] own, float[] last, int steps, float[] offered) {
    System.arraycopy(own, 0, offered, 0, offered.length);
  }

  @Override
  public void change(float[] center, float[] offered, Turn turn) {
    float part = 1f / turn.workers();
    for (int i = 0; i < offered.length; i++) {
      center[i] += part * (offered[i] - center[i]);
    }
  }
}
