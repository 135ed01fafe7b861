package io.kindling.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;

/** The threads that this module has started and not ended. */
public final class LoopbackThreads {

  private LoopbackThreads() {}

  public static void assertNoneLeft() {
    await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(names()).isEmpty());
  }

  private static List<String> names() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kindling-"))
        .toList();
  }
}
