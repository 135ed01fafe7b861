package io.kindling.training;

import io.kindling.engine.Objective;
import io.kindling.metric.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a training has gone through: its epochs, the losses of its steps, and the sums of the epoch
 * under way. What early stopping, schedules by loss and the history go by; the same on all workers
 * but for the times.
 *
 * <p>Handed on from state to state like the arrays of a {@link TrainingState}, and changed between
 * two steps only.
 */
public final class Progress {

  private final List<EpochReport> epochs;
  private float[] stepLosses;
  private int steps;
  private double[] sums;
  private long rowsInEpoch;
  private int stepsInEpoch;
  private long epochNanos;
  private BestEpoch best;
  private boolean isShared; // whether another progress has the same array of losses

  Progress(
      List<EpochReport> epochs,
      float[] stepLosses,
      double[] sums,
      long rowsInEpoch,
      int stepsInEpoch,
      long epochNanos,
      BestEpoch best) {
    this.epochs = new ArrayList<>(epochs);
    this.stepLosses = stepLosses;
    this.steps = stepLosses.length;
    this.sums = sums;
    this.rowsInEpoch = rowsInEpoch;
    this.stepsInEpoch = stepsInEpoch;
    this.epochNanos = epochNanos;
    this.best = best;
  }

  /** Of a training that has not begun. */
  static Progress none() {
    return new Progress(List.of(), new float[0], new double[0], 0, 0, 0, BestEpoch.NONE);
  }

  /**
   * One that goes on by itself. Losses are only ever appended, so both may have one array, up to
   * where the copy was made; the copy appends to one of its own.
   */
  Progress copy() {
    Progress copy =
        new Progress(epochs, stepLosses, sums.clone(), rowsInEpoch, stepsInEpoch, epochNanos, best);
    copy.steps = steps;
    copy.isShared = true;
    return copy;
  }

  /** The epochs done. */
  public List<EpochReport> epochs() {
    return List.copyOf(epochs);
  }

  /** The number of the epoch with the lowest loss; 0 before the end of the first. */
  public int bestEpoch() {
    return epochs.isEmpty() ? 0 : new History(epochs, new float[0]).best().epoch();
  }

  /** The epoch under way, from 1. */
  int epoch() {
    return epochs.size() + 1;
  }

  /** Steps done of the epoch under way. */
  public int stepsInEpoch() {
    return stepsInEpoch;
  }

  /** Rows of the steps done of the epoch under way, over all workers. */
  public long rowsInEpoch() {
    return rowsInEpoch;
  }

  double[] sums() {
    return sums;
  }

  long epochNanos() {
    return epochNanos;
  }

  BestEpoch best() {
    return best;
  }

  float[] stepLosses() {
    return Arrays.copyOf(stepLosses, steps);
  }

  /** The losses to go by, one per epoch done. */
  List<Double> losses() {
    return epochs.stream().map(EpochReport::loss).toList();
  }

  History history() {
    return new History(epochs, stepLosses());
  }

  /** After one more step; sums in doubles because there may be millions. */
  void stepped(TrainingState.StepMeasure step, long nanos) {
    if (isShared || steps == stepLosses.length) {
      stepLosses = Arrays.copyOf(stepLosses, Math.max(1024, steps * 2));
      isShared = false;
    }
    stepLosses[steps++] = (float) step.loss();
    if (sums.length == 0) {
      sums = new double[1 + step.metricSums().length];
    }
    sums[0] += step.loss() * step.rows();
    for (int i = 0; i < step.metricSums().length; i++) {
      sums[1 + i] += step.metricSums()[i];
    }
    rowsInEpoch += step.rows();
    stepsInEpoch++;
    epochNanos += nanos;
  }

  /** How the epoch under way went, with its last step done. */
  EpochReport report(Objective objective, Optional<Evaluation> validated, long nanos) {
    return new EpochReport(
        epoch(),
        stepsInEpoch,
        objective.evaluation(sums, rowsInEpoch),
        validated,
        (epochNanos + nanos) / 1e9);
  }

  /** After the end of an epoch. */
  void ended(EpochReport report, BestEpoch bestNow) {
    epochs.add(report);
    best = bestNow;
    sums = new double[0];
    rowsInEpoch = 0;
    stepsInEpoch = 0;
    epochNanos = 0;
  }
}
