package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gangs share the slots of an application without waiting for each other in a circle. */
@Timeout(30)
class GangSlotsTest {

  private final GangSlots slots = new GangSlots();
  private final AtomicInteger total = new AtomicInteger(4);
  private final List<String> served = new CopyOnWriteArrayList<>();

  @Test
  void gangsThatFitTogetherTrainTogether() throws InterruptedException {
    try (GangSlots.Held first = slots.acquire(2, total::get);
        GangSlots.Held second = slots.acquire(2, total::get)) {
      assertThat(first).isNotSameAs(second);
    }
  }

  @Test
  void aGangWaitsForAllItsSlots() throws Exception {
    GangSlots.Held first = slots.acquire(2, total::get);
    CompletableFuture<GangSlots.Held> second = acquire("second", 3);

    await().during(Duration.ofMillis(200)).until(() -> !second.isDone());
    first.close();

    second.get().close();
  }

  @Test
  void aSmallGangDoesNotOvertakeALargeOne() throws Exception {
    GangSlots.Held first = slots.acquire(3, total::get);
    CompletableFuture<GangSlots.Held> large = acquire("large", 4);
    await().during(Duration.ofMillis(100)).until(() -> !large.isDone());
    CompletableFuture<GangSlots.Held> small = acquire("small", 1);
    await().during(Duration.ofMillis(100)).until(() -> !small.isDone());

    first.close();
    large.get().close();
    small.get().close();

    assertThat(served).containsExactly("large", "small");
  }

  @Test
  void slotsOfLostExecutorsAreNotCounted() throws Exception {
    GangSlots.Held first = slots.acquire(2, total::get);
    total.set(2);
    CompletableFuture<GangSlots.Held> second = acquire("second", 2);

    await().during(Duration.ofMillis(200)).until(() -> !second.isDone());
    total.set(4);

    second.get().close();
    first.close();
  }

  @Test
  void anInterruptedGangLeavesTheQueue() throws Exception {
    GangSlots.Held first = slots.acquire(4, total::get);
    Thread interrupted =
        new Thread(
            () -> {
              try {
                slots.acquire(4, total::get).close();
              } catch (InterruptedException e) {
                served.add("interrupted");
              }
            },
            "interrupted-gang");
    interrupted.start();
    interrupted.interrupt();
    interrupted.join();
    first.close();

    acquire("next", 4).get().close();
    assertThat(served).containsExactly("interrupted", "next");
  }

  private CompletableFuture<GangSlots.Held> acquire(String name, int workers) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            GangSlots.Held held = slots.acquire(workers, total::get);
            served.add(name);
            return held;
          } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted while waiting for slots.", e);
          }
        });
  }
}
