package io.kindling.spark.event;

import io.kindling.training.Activity;

/**
 * A worker begins to do something.
 *
 * @param rank the worker's rank; −1 before it has one
 * @param generation which generation of workers it belongs to, from 1; a new one begins whenever
 *     workers come or go; 0 before the first
 * @param step steps done since training began
 */
public record WorkerMoment(int rank, int generation, long step, Activity activity) {}
