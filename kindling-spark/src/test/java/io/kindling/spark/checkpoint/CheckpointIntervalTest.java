package io.kindling.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.checkpoint.CheckpointInterval.Unit;
import io.kindling.training.Position;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointIntervalTest {

  @ParameterizedTest
  @CsvSource({
    "1 epoch, 1, EPOCH",
    "2 epochs, 2, EPOCH",
    "1 step, 1, STEP",
    "500 steps, 500, STEP",
    "'  10   minutes ', 10, MINUTE",
    "999999999 steps, 999999999, STEP"
  })
  void readsATextOfAnAmountAndAUnit(String text, int amount, Unit unit) {
    assertThat(CheckpointInterval.parse(text)).contains(new CheckpointInterval(amount, unit));
    assertThat(Checkpointing.isInterval(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "epoch",
        "1",
        "1epoch",
        "0 steps",
        "-1 steps",
        "1.5 epochs",
        "1000000000 steps",
        "2 hours",
        "1 Epoch",
        "1 epochss",
        "one epoch",
        "1 epoch 2"
      })
  void anyOtherTextIsNone(String text) {
    assertThat(CheckpointInterval.parse(text)).isEmpty();
    assertThat(Checkpointing.isInterval(text)).isFalse();
  }

  @Test
  void theDefaultIsAnInterval() {
    assertThat(Checkpointing.isInterval(Checkpointing.DEFAULT_INTERVAL)).isTrue();
  }

  @Test
  void stepsAreCountedFromTheLast() {
    CheckpointInterval interval = new CheckpointInterval(10, Unit.STEP);
    Position last = new Position(7, 0);
    assertThat(interval.isDue(last, new Position(16, 3), Duration.ofDays(1))).isFalse();
    assertThat(interval.isDue(last, new Position(17, 0), Duration.ZERO)).isTrue();
    assertThat(interval.isDue(last, new Position(40, 0), Duration.ZERO)).isTrue();
  }

  @Test
  void epochsAreCountedFromTheLast() {
    CheckpointInterval interval = new CheckpointInterval(2, Unit.EPOCH);
    Position last = new Position(7, 1);
    assertThat(interval.isDue(last, new Position(1000, 2), Duration.ofDays(1))).isFalse();
    assertThat(interval.isDue(last, new Position(15, 3), Duration.ZERO)).isTrue();
  }

  @Test
  void minutesCountOnceAStepWasDone() {
    CheckpointInterval interval = new CheckpointInterval(10, Unit.MINUTE);
    Position last = new Position(7, 1);
    assertThat(interval.isDue(last, new Position(8, 1), Duration.ofSeconds(599))).isFalse();
    assertThat(interval.isDue(last, new Position(8, 1), Duration.ofMinutes(10))).isTrue();
    assertThat(interval.isDue(last, last, Duration.ofHours(1))).isFalse();
  }
}
