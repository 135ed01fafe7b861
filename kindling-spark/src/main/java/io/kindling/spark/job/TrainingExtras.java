package io.kindling.spark.job;

import io.kindling.cluster.transport.Route;
import io.kindling.model.TrainedModel;
import io.kindling.spark.event.TrainingCallback;
import java.util.Optional;

/**
 * What a training may have beside its plan.
 *
 * @param start the model whose parameters training begins with; empty for the plan's own
 * @param callback hears of every step, on every worker
 * @param route how workers reach each other and the driver
 */
public record TrainingExtras(Optional<TrainedModel> start, TrainingCallback callback, Route route) {

  /** With workers that reach each other where they are. */
  public TrainingExtras(Optional<TrainedModel> start, TrainingCallback callback) {
    this(start, callback, Route.direct());
  }
}
