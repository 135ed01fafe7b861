package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kindling.cluster.rendezvous.Failure;
import io.kindling.training.TrainingFailedException;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** Which of several failures is told. */
class GangFateTest {

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final GangFate fate = new GangFate();

  @Test
  void noNewsIsNoEnd() throws Exception {
    assertThat(fate.await(AT_ONCE, Optional::empty)).isEmpty();
  }

  @Test
  void whatAWorkerSaysItselfExplainsTheEndOfItsTask() {
    fate.jobFailed(
        1, new SparkException("Job aborted due to stage failure: Task 0 failed 4 times"));
    fate.failed(new Failure(17, 1, "host-b", "reading its shards", 0, "Shard 3 has 7 rows"));

    TrainingFailedException failure = failure();

    assertThat(failure)
        .hasMessage(
            "Rank 1 on host-b failed in step 0 while reading its shards: Shard 3 has 7 rows");
    assertThat(failure.getSuppressed()).hasSize(1);
  }

  @Test
  void aTaskThatFailsBeforeItJoinsIsTold() {
    fate.jobFailed(
        1,
        new SparkException(
            "Job aborted due to stage failure: Task 0 failed 4 times",
            new IllegalArgumentException("No gradient defined for op: Floor")));

    assertThat(failure())
        .hasMessage("The task of worker 1 failed: No gradient defined for op: Floor");
  }

  @Test
  void aCancelledJobIsToldAsSuch() {
    fate.jobFailed(
        0, new SparkException("[SPARK_JOB_CANCELLED] Job 3 cancelled as part of a group SQLSTATE"));

    assertThat(failure()).hasMessageStartingWith("The Spark job of worker 0 was cancelled: ");
  }

  @Test
  void aFailureThatSpeaksOfCancellingIsNoCancellation() {
    fate.jobFailed(
        0,
        new SparkException(
            "Job aborted due to stage failure: Task 0 failed 4 times",
            new IllegalStateException("Order 7 was cancelled by its customer.")));

    assertThat(failure())
        .hasMessage("The task of worker 0 failed: Order 7 was cancelled by its customer.");
  }

  @Test
  void whatSparkSaysOfLostExecutorsStandsBehindTheLoss() {
    fate.lost("Rank 1 on host-b is lost.", null);

    Throwable failure =
        catchThrowable(() -> fate.await(AT_ONCE, () -> Optional.of("Executor 3 is gone: killed.")));

    assertThat(failure).hasMessage("Rank 1 on host-b is lost. Executor 3 is gone: killed.");
  }

  private TrainingFailedException failure() {
    return (TrainingFailedException) catchThrowable(() -> fate.await(AT_ONCE, Optional::empty));
  }
}
