package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kindling.cluster.rendezvous.Failure;
import io.kindling.cluster.transport.LinkException;
import io.kindling.training.TrainingFailedException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** Which of several failures is told. */
class GangFateTest {

  private final GangFate fate = new GangFate(2);

  @Test
  void aTaskThatFailedBeforeItJoinedExplainsThatNotAllJoined() {
    fate.jobFailed(
        1,
        "host-b",
        new SparkException(
            "Job aborted due to stage failure: Task 0 failed 4 times",
            new IllegalArgumentException("No gradient defined for op: Floor")));

    TrainingFailedException failure =
        failure(
            () -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new LinkException(LinkException.Reason.CLOSED, "The driver was interrupted.");
              }
            });

    assertThat(failure)
        .hasMessage("The task of rank 1 on host-b failed: No gradient defined for op: Floor");
  }

  @Test
  void aLostRankExplainsTheOneThatWaitedForIt() {
    fate.failed(
        new Failure(
            0,
            "host-a",
            Failure.Origin.OTHER,
            "waiting for the other workers",
            12,
            "Rank 0 lost rank 1"));
    fate.lost(1, "host-b", 11, new LinkException(LinkException.Reason.CLOSED, "It is closed."));

    TrainingFailedException failure = failure(() -> {});

    assertThat(failure)
        .hasMessageStartingWith(
            "Rank 1 on host-b is lost; the last step it is known to have done is 11.");
    assertThat(failure.getSuppressed()).hasSize(1);
  }

  @Test
  void aCancelledJobIsToldAsSuch() {
    fate.jobFailed(
        0,
        "host-a",
        new SparkException("[SPARK_JOB_CANCELLED] Job 3 cancelled as part of a group SQLSTATE"));

    assertThat(failure(() -> {}))
        .hasMessageStartingWith("The Spark job of rank 0 on host-a was cancelled: ");
  }

  @Test
  void aFailureThatSpeaksOfCancellingIsNoCancellation() {
    fate.jobFailed(
        0,
        "host-a",
        new SparkException(
            "Job aborted due to stage failure: Task 0 failed 4 times",
            new IllegalStateException("Order 7 was cancelled by its customer.")));

    assertThat(failure(() -> {}))
        .hasMessage("The task of rank 0 on host-a failed: Order 7 was cancelled by its customer.");
  }

  @Test
  void workersThatDoNotComeInTimeAreTold() {
    TrainingFailedException failure =
        failure(
            () -> {
              throw new LinkException(LinkException.Reason.TIMEOUT, "Missing are [1].");
            });

    assertThat(failure).hasMessage("The workers did not all start. Missing are [1].");
  }

  private TrainingFailedException failure(GangFate.Assembly assembly) {
    return (TrainingFailedException) catchThrowable(() -> fate.await(Optional::empty, assembly));
  }
}
