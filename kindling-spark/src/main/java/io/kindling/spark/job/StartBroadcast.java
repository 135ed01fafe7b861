package io.kindling.spark.job;

import io.kindling.model.TrainedModel;
import io.kindling.spark.scoring.ParameterSource;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.reflect.ClassTag$;

/** The parameters that a training begins with, on their way to the workers; gone when closed. */
record StartBroadcast(Optional<Broadcast<float[]>> parameters, Optional<Broadcast<float[]>> state)
    implements AutoCloseable {

  static StartBroadcast of(SparkContext context, Optional<TrainedModel> model) {
    return new StartBroadcast(
        model.map(each -> broadcast(context, each.parameters())),
        model.map(each -> broadcast(context, each.state())));
  }

  private static Broadcast<float[]> broadcast(SparkContext context, float[] values) {
    return context.broadcast(values, ClassTag$.MODULE$.apply(float[].class));
  }

  /** What workers are given; null where there is no model to begin with. */
  ParameterSource source() {
    return parameters.isEmpty()
        ? null
        : ParameterSource.ofBroadcast(parameters.get(), state.orElseThrow());
  }

  @Override
  public void close() {
    parameters.ifPresent(each -> each.destroy());
    state.ifPresent(each -> each.destroy());
  }
}
