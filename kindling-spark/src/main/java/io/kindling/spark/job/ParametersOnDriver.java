package io.kindling.spark.job;

import io.kindling.cluster.strategy.DriverServer;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Transport;
import io.kindling.training.Served;
import io.kindling.training.Served.Placement;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.util.Optional;

/** The parameter server of a training in the driver, for plans that want one. */
record ParametersOnDriver(Optional<DriverServer> server) implements AutoCloseable {

  /**
   * Begins to listen where the plan wants it; the caller closes it.
   *
   * @param transport of the driver
   */
  static ParametersOnDriver open(TrainingPlan plan, Transport transport, PortRange ports)
      throws IOException {
    if (!(plan.strategy() instanceof Served served) || served.placement() != Placement.DRIVER) {
      return new ParametersOnDriver(Optional.empty());
    }
    return new ParametersOnDriver(
        Optional.of(
            DriverServer.open(
                served,
                plan.optimizer(),
                plan.objective().network().parameters(),
                transport,
                ports,
                WorkerTask.ROUND)));
  }

  /** Where workers find it; 0 where there is none. */
  int port() {
    return server.map(each -> each.address().port()).orElse(0);
  }

  @Override
  public void close() {
    server.ifPresent(DriverServer::close);
  }
}
