package io.kindling.spark.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkReportTest {

  private static final long MILLI = 1_000_000;

  /** Of ten steps, in which a worker computes and exchanges for so many milliseconds each. */
  private static WorkReport report(long exchange, long... compute) {
    return new WorkReport(
        IntStream.range(0, compute.length)
            .mapToObj(
                rank ->
                    new WorkReport.Worker(
                        rank,
                        "host-" + rank,
                        new StepTimes(
                            10,
                            0,
                            10 * MILLI * compute[rank],
                            10 * MILLI * exchange,
                            0,
                            0,
                            0,
                            40_000,
                            40_000)))
            .toList(),
        1,
        List.of());
  }

  @Test
  void namesTheWorkerThatOthersWaitFor() {
    WorkReport report = report(2, 10, 10, 20);
    assertThat(report.straggler().orElseThrow().rank()).isEqualTo(2);
    assertThat(report.toString())
        .contains("Rank 2 on host-2 holds the others up: its own work takes 20.00 ms of a step.");
  }

  @Test
  void namesNoneWhoseDelayIsNoise() {
    assertThat(report(2, 10, 10, 12).straggler()).isEmpty();
    assertThat(report(2, 10).straggler()).isEmpty();
  }

  @Test
  void namesNoneWhoseDelayIsSmallBesideTheStep() {
    assertThat(report(100, 2, 2, 8).straggler()).isEmpty();
    assertThat(report(10, 2, 2, 8).straggler()).isPresent();
  }
}
