package io.kindling.spark.event;

/**
 * One step as a worker saw it.
 *
 * @param rank the worker's number, from 0
 * @param workers how many train together
 * @param epoch from 1
 * @param step steps done since training began
 * @param rows rows of the step, over all workers
 * @param loss mean over these rows; the same on all workers
 * @param times what the worker did with its time since the step before
 */
public record WorkerStep(
    int rank, int workers, int epoch, long step, int rows, double loss, StepTimes times) {}
