package io.kindling.engine.reference;

import io.kindling.network.Gradients;

/** What the reverse pass left, rounded to floats where it is read. */
record ReferenceGradients(
    int rows, float loss, float[] metricSums, double[] parameters, double[] state)
    implements Gradients {

  @Override
  public void read(int from, float[] into, int offset, int length) {
    for (int i = 0; i < length; i++) {
      into[offset + i] = (float) parameters[from + i];
    }
  }

  @Override
  public void readState(float[] into, int offset) {
    for (int i = 0; i < state.length; i++) {
      into[offset + i] = (float) state[i];
    }
  }
}
