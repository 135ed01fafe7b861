package io.kindling.cluster.allreduce;

/**
 * Sums in a short wire format whose roundings are made good: what this rank has lost so far, it
 * adds to its next contribution.
 *
 * <p>With g the gradients of a rank, e what it owes and Q its roundings,
 *
 * <pre>
 *   p = g + e;   the round sums p, as Q(p);   e' = p − Q(p)
 * </pre>
 *
 * <p>So the sums of all rounds together are off by what the ranks owe after the last one, which is
 * less than a rounding each, however many rounds there were: a gradient too small for the format
 * adds up until it is large enough. Seide et al., 1-Bit Stochastic Gradient Descent, 2014;
 * Karimireddy et al., Error Feedback Fixes SignSGD and other Gradient Compression Schemes, 2019.
 * Unlike there, Q is every rounding that this rank makes, those of partial sums it passes on
 * included.
 *
 * <p>Costs an array of the gradient's length. What is owed when a training is interrupted is lost.
 */
final class ErrorFeedback implements GradientSum {

  private final AllReduce allReduce;
  private final float[] owed;

  ErrorFeedback(AllReduce allReduce, int length) {
    this.allReduce = allReduce;
    this.owed = new float[length];
  }

  /** Replaces the first elements, as many as the length given, by their sums over all ranks. */
  @Override
  public void sum(float[] data, long step) throws LostRoundException {
    for (int i = 0; i < owed.length; i++) {
      data[i] += owed[i];
      owed[i] = 0;
    }
    allReduce.sumRounded(data, 0, owed.length, owed, step);
  }
}
