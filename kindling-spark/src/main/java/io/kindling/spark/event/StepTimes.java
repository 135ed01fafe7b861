package io.kindling.spark.event;

import java.util.List;

/**
 * What one worker did with its time in one step or in several, and what went over its links.
 *
 * @param feedNanos copying rows to where the engine reads them
 * @param computeNanos computing gradients
 * @param communicateNanos exchanging gradients, once the others had begun to
 * @param waitNanos until the others began to
 * @param updateNanos taking the optimizer's step
 * @param otherNanos everything else: callbacks, validation, checkpoints
 * @param bytesSent of arrays, to other workers
 * @param bytesReceived of arrays, from other workers
 */
public record StepTimes(
    long steps,
    long feedNanos,
    long computeNanos,
    long communicateNanos,
    long waitNanos,
    long updateNanos,
    long otherNanos,
    long bytesSent,
    long bytesReceived) {

  /** Of no step. */
  public static final StepTimes NONE = new StepTimes(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** What both took. */
  public StepTimes plus(StepTimes more) {
    return new StepTimes(
        steps + more.steps,
        feedNanos + more.feedNanos,
        computeNanos + more.computeNanos,
        communicateNanos + more.communicateNanos,
        waitNanos + more.waitNanos,
        updateNanos + more.updateNanos,
        otherNanos + more.otherNanos,
        bytesSent + more.bytesSent,
        bytesReceived + more.bytesReceived);
  }

  /** All of it. */
  public long nanos() {
    return workNanos() + communicateNanos + waitNanos;
  }

  /** What the worker did by itself: a worker for which this is long is one that others wait for. */
  public long workNanos() {
    return feedNanos + computeNanos + updateNanos + otherNanos;
  }

  /** As numbers that {@link #ofNumbers} reads. */
  public List<Double> toNumbers() {
    return List.of(
        (double) steps,
        (double) feedNanos,
        (double) computeNanos,
        (double) communicateNanos,
        (double) waitNanos,
        (double) updateNanos,
        (double) otherNanos,
        (double) bytesSent,
        (double) bytesReceived);
  }

  /** What {@link #toNumbers} made numbers of, exactly up to 2⁵³. */
  public static StepTimes ofNumbers(List<Double> numbers) {
    return new StepTimes(
        numbers.get(0).longValue(),
        numbers.get(1).longValue(),
        numbers.get(2).longValue(),
        numbers.get(3).longValue(),
        numbers.get(4).longValue(),
        numbers.get(5).longValue(),
        numbers.get(6).longValue(),
        numbers.get(7).longValue(),
        numbers.get(8).longValue());
  }
}
