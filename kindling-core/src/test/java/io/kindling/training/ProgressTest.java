package io.kindling.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Evaluation;
import io.kindling.metric.Metric;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final Objective OBJECTIVE =
      Objective.of(
          Network.sequential(Input.of("x", 2), Dense.of(3)),
          Loss.sparseCategoricalCrossEntropy(),
          Metric.accuracy());

  private static TrainingState.StepMeasure step(int rows, double loss, float right) {
    return new TrainingState.StepMeasure(rows, loss, new float[] {right});
  }

  private static EpochReport epoch(int epoch, double loss) {
    return new EpochReport(epoch, 1, new Evaluation(1, loss, Map.of()), Optional.empty(), 1);
  }

  @Test
  void beginsWithNothing() {
    Progress progress = Progress.none();
    assertThat(progress.epoch()).isEqualTo(1);
    assertThat(progress.epochs()).isEmpty();
    assertThat(progress.losses()).isEmpty();
    assertThat(progress.stepLosses()).isEmpty();
    assertThat(progress.bestEpoch()).isZero();
    assertThat(progress.best().isKept()).isFalse();
  }

  @Test
  void reportsTheMeanOverTheRowsOfAnEpoch() {
    Progress progress = Progress.none();
    progress.stepped(step(30, 2, 15), 400_000_000);
    progress.stepped(step(10, 4, 10), 100_000_000);
    assertThat(progress.stepsInEpoch()).isEqualTo(2);
    assertThat(progress.rowsInEpoch()).isEqualTo(40);

    Evaluation validated = new Evaluation(5, 0.5, Map.of());
    EpochReport report = progress.report(OBJECTIVE, Optional.of(validated), 250_000_000);

    assertThat(report.epoch()).isEqualTo(1);
    assertThat(report.steps()).isEqualTo(2);
    assertThat(report.training().rows()).isEqualTo(40);
    assertThat(report.training().loss()).isCloseTo(2.5, within(1e-12));
    assertThat(report.training().metrics().get("accuracy")).isCloseTo(25 / 40., within(1e-12));
    assertThat(report.validation()).contains(validated);
    assertThat(report.loss()).isEqualTo(0.5);
    assertThat(report.seconds()).isCloseTo(0.75, within(1e-12));
  }

  /** A copy is made wherever workers agree, which may be behind every step. */
  @Test
  void aCopyGoesOnByItselfWithoutACopyOfAllLosses() {
    Progress progress = Progress.none();
    progress.stepped(step(30, 2, 15), 1);
    Progress copy = progress.copy();
    Progress other = copy.copy();
    progress.stepped(step(30, 3, 15), 1);
    copy.stepped(step(10, 4, 5), 1);
    copy.stepped(step(10, 5, 5), 1);
    other.stepped(step(20, 6, 5), 1);
    assertThat(progress.stepLosses()).containsExactly(2, 3);
    assertThat(copy.stepLosses()).containsExactly(2, 4, 5);
    assertThat(other.stepLosses()).containsExactly(2, 6);
    assertThat(progress.rowsInEpoch()).isEqualTo(60);
    assertThat(copy.rowsInEpoch()).isEqualTo(50);
    assertThat(other.report(OBJECTIVE, Optional.empty(), 0).training().loss())
        .isCloseTo(3.6, within(1e-12));
  }

  @Test
  void countsAnewInEachEpochAndKeepsTheLossesOfAllSteps() {
    Progress progress = Progress.none();
    progress.stepped(step(30, 2, 15), 1);
    progress.ended(progress.report(OBJECTIVE, Optional.empty(), 0), BestEpoch.NONE);
    assertThat(progress.epoch()).isEqualTo(2);
    assertThat(progress.stepsInEpoch()).isZero();
    assertThat(progress.rowsInEpoch()).isZero();
    assertThat(progress.epochNanos()).isZero();

    progress.stepped(step(10, 1, 10), 1_000_000_000);
    EpochReport second = progress.report(OBJECTIVE, Optional.empty(), 0);
    assertThat(second.epoch()).isEqualTo(2);
    assertThat(second.training().loss()).isEqualTo(1);
    assertThat(second.training().metrics().get("accuracy")).isEqualTo(1);
    assertThat(second.seconds()).isEqualTo(1);
    assertThat(progress.stepLosses()).containsExactly(2, 1);
    assertThat(progress.losses()).containsExactly(2.0);
  }

  @Test
  void keepsTheLossesOfManySteps() {
    Progress progress = Progress.none();
    for (int i = 0; i < 5000; i++) {
      progress.stepped(step(1, i, 0), 1);
    }
    float[] losses = progress.stepLosses();
    assertThat(losses).hasSize(5000);
    for (int i = 0; i < 5000; i++) {
      assertThat(losses[i]).isEqualTo(i);
    }
    assertThat(progress.history().stepLosses()).isEqualTo(losses);
  }

  @Test
  void aProgressMadeOfAnothersNumbersGoesOnFromThem() {
    Progress before = Progress.none();
    before.stepped(step(30, 2, 15), 500_000_000);
    Progress after =
        new Progress(
            before.epochs(),
            before.stepLosses(),
            before.sums().clone(),
            before.rowsInEpoch(),
            before.stepsInEpoch(),
            before.epochNanos(),
            before.best());
    for (Progress each : new Progress[] {before, after}) {
      each.stepped(step(10, 4, 10), 500_000_000);
    }
    assertThat(after.stepLosses()).isEqualTo(before.stepLosses());
    assertThat(after.report(OBJECTIVE, Optional.empty(), 0))
        .isEqualTo(before.report(OBJECTIVE, Optional.empty(), 0));
  }

  @Test
  void theBestEpochIsTheFirstWithTheLowestLoss() {
    Progress progress = Progress.none();
    for (double loss : new double[] {3, 1, 2, 1}) {
      progress.ended(epoch(progress.epoch(), loss), BestEpoch.NONE);
    }
    assertThat(progress.bestEpoch()).isEqualTo(2);
    assertThat(progress.losses()).containsExactly(3.0, 1.0, 2.0, 1.0);
  }

  @Test
  void positionsAreOrderedByStepsThenByEpochs() {
    assertThat(Position.NONE).isLessThan(new Position(0, 0));
    assertThat(new Position(5, 0)).isLessThan(new Position(5, 1)).isGreaterThan(new Position(4, 1));
    assertThat(new Position(5, 1)).isEqualByComparingTo(new Position(5, 1));
  }
}
