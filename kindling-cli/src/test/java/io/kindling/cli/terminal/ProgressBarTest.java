package io.kindling.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarTest {

  private static final ProgressState STATE =
      new ProgressState(
          2,
          5,
          312,
          469,
          OptionalDouble.of(0.28413),
          Optional.of(new ProgressState.Reading("accuracy", 0.9134)),
          OptionalDouble.of(41_200),
          Optional.of(Duration.ofSeconds(12)));

  private static final ProgressBar.Plan PLAN = ProgressBar.Plan.of(5, 100, 12_800);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong(5_000_000_000L);

  @Test
  void showsEverythingWhereThereIsRoom() {
    assertThat(line(STATE, 120))
        .isEqualTo(
            "epoch 2/5 ███████████████████▉            step 312/469  loss 0.2841  accuracy 0.9134"
                + "  41,200 rows/s  0:00:12 left");
  }

  @Test
  void leavesOutTheSpeedFirst() {
    assertThat(line(STATE, 80))
        .isEqualTo(
            "epoch 2/5 ███████▎     step 312/469  loss 0.2841  accuracy 0.9134  0:00:12 left");
  }

  @Test
  void leavesOutTheMetricNext() {
    assertThat(line(STATE, 60))
        .isEqualTo("epoch 2/5 █████▎    step 312/469  loss 0.2841  0:00:12 left");
  }

  @Test
  void keepsEpochAndStepOnTheNarrowestTerminal() {
    assertThat(line(STATE, 24)).isEqualTo("epoch 2/5 step 312/469");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 24, 30, 40, 55, 70, 80, 97, 100, 120})
  void alwaysLeavesTheLastColumnFree(int columns) {
    assertThat(line(STATE, columns).length()).isLessThan(columns);
  }

  @Test
  void doesNotJumpWhileTheNumbersGrow() {
    int before = line(at(1, 9), 100).indexOf("step");
    int after = line(at(1, 100), 100).indexOf("step");
    assertThat(after).isEqualTo(before);
    assertThat(line(at(1, 9), 100).length()).isEqualTo(line(at(1, 100), 100).length());
  }

  @Test
  void fillsTheBarWithTheEpoch() {
    assertThat(line(at(1, 0), 100)).doesNotContain("█").contains("step   0/100");
    assertThat(line(at(1, 50), 100)).contains("█".repeat(15) + " ");
    assertThat(line(at(1, 100), 100)).contains("█".repeat(30) + "  step 100/100");
  }

  @Test
  void drawsWithNumberSignsWithoutBlocks() {
    ProgressBar bar =
        new ProgressBar(
            PLAN,
            out(),
            new Terminal(Terminal.Kind.INTERACTIVE, Terminal.Ink.ASCII, 60),
            nanos::get);
    assertThat(bar.line(at(1, 50)))
        .isEqualTo("epoch 1/5 [##############..............]  step  50/100");
  }

  @Test
  void replacesTheLineOnATerminal() {
    try (ProgressBar bar = bar(Terminal.Kind.INTERACTIVE, 80)) {
      nanos.addAndGet(1_000_000_000L);
      bar.stepped(1, 10, 0.7);
      nanos.addAndGet(1_000_000_000L);
      bar.stepped(1, 20, 0.6);
    }

    String[] drawn = printed().split("\r", -1);
    assertThat(drawn).hasSize(5);
    assertThat(drawn[1]).contains("step  10/100  loss 0.7000").contains("0:00:49 left");
    assertThat(drawn[2]).contains("step  20/100  loss 0.6000").contains("0:00:48 left");
    assertThat(drawn[3]).isBlank();
    assertThat(printed()).doesNotContain("\n");
  }

  @Test
  void doesNotDrawMoreThanTenTimesASecond() {
    try (ProgressBar bar = bar(Terminal.Kind.INTERACTIVE, 80)) {
      for (int step = 1; step < 100; step++) {
        nanos.addAndGet(10_000_000L);
        bar.stepped(1, step, 0.7);
      }
    }
    assertThat(printed().split("\r", -1).length - 3).isBetween(9, 11);
  }

  @Test
  void tellsTheRowsPerSecondOfAllWorkers() {
    try (ProgressBar bar = bar(Terminal.Kind.INTERACTIVE, 120)) {
      nanos.addAndGet(2_000_000_000L);
      bar.stepped(1, 10, 0.7);
    }
    assertThat(printed()).contains("640 rows/s");
  }

  @Test
  void doesNotCountTheStepsOfAnEarlierRunAsSpeed() {
    Terminal terminal = new Terminal(Terminal.Kind.INTERACTIVE, Terminal.Ink.BLOCKS, 120);
    ProgressBar.Plan resumed = new ProgressBar.Plan(5, 100, 12_800, 300);
    try (ProgressBar bar = new ProgressBar(resumed, out(), terminal, nanos::get)) {
      nanos.addAndGet(2_000_000_000L);
      bar.stepped(4, 10, 0.7);
    }
    assertThat(printed()).contains("640 rows/s").contains("0:00:38 left");
  }

  @Test
  void forgetsASlowStart() {
    Pace pace = new Pace();
    assertThat(pace.after(0, 0)).isEmpty();
    assertThat(pace.after(60_000_000_000L, 1)).hasValue(1 / 60.0);
    for (int second = 1; second <= 30; second++) {
      pace.after(60_000_000_000L + second * 1_000_000_000L, 1 + 100L * second);
    }
    assertThat(pace.after(91_000_000_000L, 3_101).getAsDouble()).isEqualTo(100);
  }

  @Test
  void printsOneLinePerEpochElsewhere() {
    try (ProgressBar bar = bar(Terminal.Kind.PLAIN, 80)) {
      for (int epoch = 1; epoch <= 2; epoch++) {
        for (int step = 1; step <= 100; step++) {
          nanos.addAndGet(1_000_000_000L);
          bar.stepped(epoch, step, 0.7);
        }
        bar.epochEnded(epoch, "loss 0.7000");
      }
    }
    assertThat(printed().lines())
        .containsExactly("epoch 1/5  loss 0.7000", "epoch 2/5  loss 0.7000");
    assertThat(printed()).doesNotContain("\r");
  }

  @Test
  void saysASentenceAboveTheBar() {
    try (ProgressBar bar = bar(Terminal.Kind.INTERACTIVE, 80)) {
      bar.stepped(1, 10, 0.7);
      bar.say("Checkpoint written.");
    }
    assertThat(printed()).endsWith("\rCheckpoint written." + System.lineSeparator());
  }

  @Test
  void showsTheLastMeasurement() {
    try (ProgressBar bar = bar(Terminal.Kind.INTERACTIVE, 120)) {
      bar.measured("accuracy", 0.5);
      bar.stepped(1, 10, 0.7);
    }
    assertThat(printed()).contains("accuracy 0.5000");
  }

  @Test
  void writesVerySmallLossesAsPowersOfTen() {
    assertThat(ProgressLine.number(0.00001234)).isEqualTo("1.234e-05");
    assertThat(ProgressLine.number(0)).isEqualTo("0.0000");
    assertThat(ProgressLine.number(Double.NaN)).isEqualTo("NaN");
  }

  @Test
  void writesLongTimesInHours() {
    assertThat(ProgressLine.clock(Duration.ofSeconds(100_000))).isEqualTo("27:46:40");
  }

  @Test
  void rejectsAStepBeyondTheEpoch() {
    assertThatThrownBy(() -> at(1, 101))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid step 101 of 100. Give the steps done, from 0 up to the steps of an epoch.");
  }

  @Test
  void rejectsAnEpochBeyondTheTraining() {
    assertThatThrownBy(() -> at(6, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid epoch 6 of 5. Count epochs from 1.");
  }

  private static ProgressState at(int epoch, long step) {
    return new ProgressState(
        epoch,
        5,
        step,
        100,
        OptionalDouble.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  private String line(ProgressState state, int columns) {
    return bar(Terminal.Kind.INTERACTIVE, columns).line(state);
  }

  private ProgressBar bar(Terminal.Kind kind, int columns) {
    return new ProgressBar(
        PLAN, out(), new Terminal(kind, Terminal.Ink.BLOCKS, columns), nanos::get);
  }

  private PrintStream out() {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
