package io.kindling.predict;

import java.time.Duration;

/**
 * What a {@link Predictor} has done since it was made.
 *
 * @param calls that were answered
 * @param failed calls whose inputs did not fit, or for which the engine refused to compute
 * @param refused calls that were too many, or waited too long
 * @param rows of the calls that were answered
 * @param runs of the model; fewer than calls where calls were joined
 * @param loads of models, the first included
 * @param underWay calls that compute or wait at this moment
 * @param median time of an answered call, its wait included, right to 12.5 %, as all times are
 * @param percentile95 time that 95 % of the calls did not exceed
 * @param percentile99 time that 99 % of the calls did not exceed
 * @param longest of all
 */
public record PredictorMetrics(
    long calls,
    long failed,
    long refused,
    long rows,
    long runs,
    long loads,
    int underWay,
    Duration median,
    Duration percentile95,
    Duration percentile99,
    Duration longest) {}
