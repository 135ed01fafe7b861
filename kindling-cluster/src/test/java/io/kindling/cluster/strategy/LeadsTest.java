package io.kindling.cluster.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kindling.cluster.strategy.Leads.Runner;
import io.kindling.training.ExchangeException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeadsTest {

  private final Leads leads = new Leads(2, 2, Duration.ofSeconds(20));
  private final Runner fast = new Runner("Rank 0");
  private final Runner slow = new Runner("Rank 1");
  private final AtomicInteger done = new AtomicInteger();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() {
    thread.shutdownNow();
  }

  private Future<?> exchange(int times) {
    return thread.submit(
        () -> {
          for (int i = 0; i < times; i++) {
            leads.exchanged(fast);
            done.incrementAndGet();
          }
          return null;
        });
  }

  private void awaitDone(int exchanges) {
    await()
        .during(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(10))
        .until(() -> done.get() == exchanges);
  }

  @Test
  void theFasterWaitsForTheSlower() throws Exception {
    leads.start(fast);
    leads.start(slow);
    Future<?> run = exchange(4);
    awaitDone(2);
    leads.exchanged(slow);
    awaitDone(3);
    leads.exchanged(slow);
    run.get(10, TimeUnit.SECONDS);
  }

  @Test
  void nobodyIsAheadOfAWorkerThatHasNotCome() throws Exception {
    leads.start(fast);
    Future<?> run = exchange(3);
    awaitDone(2);
    leads.start(slow);
    leads.exchanged(slow);
    run.get(10, TimeUnit.SECONDS);
  }

  /** Which would else wait for the faster, for ever. */
  @Test
  void whoHasComeToAnAgreementHoldsUpNobody() throws Exception {
    leads.start(fast);
    leads.start(slow);
    Future<?> run = exchange(9);
    awaitDone(2);
    leads.stop(slow);
    run.get(10, TimeUnit.SECONDS);
  }

  @Test
  void endsTheWaitWithItsGenerationOrItsPatience() throws Exception {
    Leads impatient = new Leads(2, 0, Duration.ofMillis(50));
    impatient.start(fast);
    assertThatThrownBy(() -> impatient.exchanged(fast))
        .isInstanceOf(ExchangeException.class)
        .hasMessage(
            "Rank 0 waited 0 s behind exchange 1 for a worker that has not come, as no more than 0"
                + " ahead are allowed. The log of that worker says what it does.");
    impatient.start(slow);
    assertThatThrownBy(() -> impatient.exchanged(fast))
        .hasMessageContaining("behind exchange 2 for Rank 1, which has done 0, as");
    leads.start(fast);
    leads.start(slow);
    Future<?> run = exchange(5);
    awaitDone(2);
    leads.close();
    run.get(10, TimeUnit.SECONDS);
    assertThat(done).hasValue(5);
  }
}
