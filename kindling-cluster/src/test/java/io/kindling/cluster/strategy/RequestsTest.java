package io.kindling.cluster.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.cluster.allreduce.Traffic;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.TrainingPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SF-12: how often a worker asks a server of all arrays, told by what travels: once both ways for
 * each exchange, and once more from the server to begin and to agree.
 */
class RequestsTest {

  @AfterEach
  void leaveNoThread() {
    LoopbackThreads.assertNoneLeft();
  }

  /** 181 rows. In a batch of all, a batch of some, and several batches with one exchange. */
  @ParameterizedTest
  @CsvSource({"181, 1, 1", "30, 1, 7", "30, 3, 3", "30, 7, 1"})
  void exchangesOncePerInterval(int batch, int interval, int exchanges) throws Exception {
    TrainingPlan plan =
        TrainingPlan.of(Line.objective())
            .withOptimizer(Optimizers.sgd(0.05))
            .withBatchSize(batch)
            .withEpochs(1)
            .withStrategy(Served.of(Exchange.GRADIENTS, interval).onDriver());
    Gang gang = new Gang(plan, 1, false);
    gang.train(plan.initialState(), rank -> Line.of(rank, 1));
    Traffic traffic = gang.traffic(0);
    long parameters = (long) plan.objective().network().parameters().size() * Float.BYTES;
    assertThat(traffic.bytesSent()).isEqualTo(parameters * (1 + exchanges));
    assertThat(traffic.bytesReceived()).isEqualTo(parameters * (2 + exchanges));
  }
}
