package io.kindling.cluster.strategy;

import io.kindling.training.TrainingState.StepMeasure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What this worker has measured in each step since workers agreed last, and how it becomes what all
 * have measured.
 */
final class StepsApart {

  private final int accumulators;
  private final List<StepMeasure> mine = new ArrayList<>();
  private final List<Integer> rows = new ArrayList<>(); // of a step, over all workers
  private long myRows;

  /**
   * @param accumulators of the objective's metrics
   */
  StepsApart(int accumulators) {
    this.accumulators = accumulators;
  }

  /**
   * Counts a step.
   *
   * @param measured by this worker
   * @param stepRows over all workers
   */
  void add(StepMeasure measured, int stepRows) {
    mine.add(measured);
    rows.add(stepRows);
    myRows += measured.rows();
  }

  /** A step of which this worker has no row. */
  StepMeasure nothing() {
    return new StepMeasure(0, 0, new float[accumulators]);
  }

  int count() {
    return mine.size();
  }

  boolean isEmpty() {
    return mine.isEmpty();
  }

  /** This worker's share of the rows of all steps. */
  float share() {
    return (float) ((double) myRows / rows.stream().mapToLong(each -> each).sum());
  }

  /** Floats that {@link #put} writes. */
  int size() {
    return Math.multiplyExact(count(), 1 + accumulators);
  }

  /** Writes what the sum over all workers turns into what {@link #take} reads. */
  void put(float[] into, int offset) {
    int at = offset;
    for (int i = 0; i < mine.size(); i++) {
      StepMeasure step = mine.get(i);
      into[at++] = (float) (step.loss() * step.rows() / rows.get(i));
      System.arraycopy(step.metricSums(), 0, into, at, accumulators);
      at += accumulators;
    }
  }

  /** What all workers have measured; begins anew. */
  List<StepMeasure> take(float[] sums, int offset) {
    List<StepMeasure> all = new ArrayList<>();
    int at = offset;
    for (int each : rows) {
      float[] metrics = Arrays.copyOfRange(sums, at + 1, at + 1 + accumulators);
      all.add(new StepMeasure(each, sums[at], metrics));
      at += 1 + accumulators;
    }
    mine.clear();
    rows.clear();
    myRows = 0;
    return all;
  }
}
