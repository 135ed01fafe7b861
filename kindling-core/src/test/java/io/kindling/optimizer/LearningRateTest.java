package io.kindling.optimizer;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LearningRateTest {

  /**
   * A schedule and its rates by hand.
   *
   * @param rates by the number of steps done
   */
  record Line(LearningRate schedule, Map<Long, Double> rates) {
    @Override
    public String toString() {
      return schedule.toString();
    }
  }

  /** A new schedule is one more line. */
  static Stream<Line> schedules() {
    double rootHalf = Math.sqrt(0.5);
    return Stream.of(
        new Line(LearningRate.constant(0.1), Map.of(0L, 0.1, 1_000_000L, 0.1)),
        new Line(LearningRate.cosine(0.2, 100), Map.of(0L, 0.2, 50L, 0.1, 100L, 0.0, 200L, 0.0)),
        new Line(
            new CosineRestarts(1, 10, 2, 0.5),
            Map.of(0L, 1.0, 5L, 0.5, 10L, 0.5, 20L, 0.25, 30L, 0.25, 50L, 0.125, 70L, 0.125)),
        new Line(
            new CosineRestarts(1, 4, 1, 1),
            Map.of(0L, 1.0, 1L, (1 + rootHalf) / 2, 2L, 0.5, 4L, 1.0, 4_000_002L, 0.5)),
        new Line(
            new CosineRestarts(1, 4, 1, 0.5), Map.of(0L, 1.0, 4L, 0.5, 10L, 0.125, 12L, 0.125)),
        new Line(
            LearningRate.step(1, 10, 0.1), Map.of(0L, 1.0, 9L, 1.0, 10L, 0.1, 19L, 0.1, 20L, 0.01)),
        new Line(
            new MultiStepDecay(1, List.of(3L, 5L), 0.5),
            Map.of(0L, 1.0, 2L, 1.0, 3L, 0.5, 4L, 0.5, 5L, 0.25, 100L, 0.25)),
        new Line(
            LearningRate.exponential(1, 10, 0.25),
            Map.of(0L, 1.0, 5L, 0.5, 10L, 0.25, 20L, 0.0625)),
        new Line(
            LearningRate.naturalExponential(1, 10, 2),
            Map.of(0L, 1.0, 5L, Math.exp(-1), 10L, Math.exp(-2))),
        new Line(new InverseTimeDecay(1, 10, 3), Map.of(0L, 1.0, 10L, 0.25, 30L, 0.1)),
        new Line(new PolynomialDecay(1, 10, 0.2, 2), Map.of(0L, 1.0, 5L, 0.4, 10L, 0.2, 11L, 0.2)),
        new Line(
            new OneCycle(1, 100, 0.2, 10, 100),
            Map.of(0L, 0.1, 10L, 0.55, 20L, 1.0, 60L, 0.5005, 100L, 0.001, 200L, 0.001)),
        new Line(
            new PlateauDecay(LearningRate.constant(1), 0.5, 2, 0, 0.1, 1),
            Map.of(0L, 1.0, 1000L, 1.0)),
        new Line(
            LearningRate.plateau(1, 0.5, 2).afterEpochs(List.of(3.0, 2.0, 2.0, 2.5)),
            Map.of(0L, 0.5, 1000L, 0.5)),
        new Line(
            LearningRate.cosine(1, 10).warmedUp(4),
            Map.of(0L, 0.25, 1L, 0.5, 3L, 1.0, 4L, 1.0, 9L, 0.5, 14L, 0.0)),
        new Line(
            new RateSequence(
                List.of(
                    new RateSequence.Part(LearningRate.constant(1), 5),
                    new RateSequence.Part(LearningRate.constant(0.1), 5),
                    new RateSequence.Part(LearningRate.exponential(0.01, 1, 0.5), 1))),
            Map.of(0L, 1.0, 4L, 1.0, 5L, 0.1, 9L, 0.1, 10L, 0.01, 12L, 0.0025)));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void givesTheRatesOfItsFormula(Line line) {
    line.rates()
        .forEach(
            (done, rate) ->
                assertThat(line.schedule().at(done))
                    .as("after %d steps", done)
                    .isCloseTo(rate, within(1e-12)));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void keepsItsFormAtAnotherRate(Line line) {
    LearningRate doubled = line.schedule().withRate(2 * line.schedule().rate());
    assertThat(doubled.rate()).isEqualTo(2 * line.schedule().rate());
    for (long done = 0; done < 120; done++) {
      double rate = line.schedule().at(done);
      assertThat(doubled.at(done)).as("after %d steps", done).isCloseTo(2 * rate, within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void travelsAsText(Line line) {
    Optimizer optimizer = Optimizers.adam(1).withLearningRate(line.schedule());
    assertThat(Optimizer.parse(optimizer.toJson())).isEqualTo(optimizer);
  }

  @Test
  void decaysOnEachPlateauAndNeverBelowTheLeastFactor() {
    LearningRate schedule = new PlateauDecay(LearningRate.constant(1), 0.5, 2, 0.1, 0.2, 1);
    assertThat(schedule.afterEpochs(List.of(4.0)).at(0)).isEqualTo(1);
    // 3.8 and 3.7 are not a tenth below 4.
    assertThat(schedule.afterEpochs(List.of(4.0, 3.8)).at(0)).isEqualTo(1);
    assertThat(schedule.afterEpochs(List.of(4.0, 3.8, 3.7)).at(0)).isEqualTo(0.5);
    assertThat(schedule.afterEpochs(List.of(4.0, 3.8, 3.7, 3.7, 1.0, 1.0)).at(0)).isEqualTo(0.5);
    List<Double> still = java.util.Collections.nCopies(9, 4.0);
    assertThat(schedule.afterEpochs(still).at(0)).isEqualTo(0.2);
    LearningRate behindWarmUp = schedule.warmedUp(10).afterEpochs(List.of(4.0, 4.0, 4.0));
    assertThat(behindWarmUp.at(100)).isEqualTo(0.5);
  }

  /** A schedule of a user's own. */
  record EveryOther(double rate) implements LearningRate {
    @Override
    public double at(long done) {
      return done % 2 == 0 ? rate : 0;
    }

    @Override
    public LearningRate withRate(double rate) {
      return new EveryOther(rate);
    }
  }

  @Test
  void anyFunctionOfTheStepCanBeOne() {
    Optimizer optimizer = Optimizers.sgd(1).withLearningRate(new EveryOther(0.5));
    Optimizer read = Optimizer.parse(optimizer.toJson());
    assertThat(read).isEqualTo(optimizer);
    assertThat(read.learningRate().at(2)).isEqualTo(0.5);
    assertThat(read.learningRate().at(3)).isZero();
  }

  @Test
  void everyScheduleIsInTheTable() {
    assertThat(Set.copyOf(LearningRateTypeIds.KNOWN.values()))
        .isEqualTo(schedules().map(line -> line.schedule().getClass()).collect(toSet()));
  }

  static Stream<Arguments> wrongNumbers() {
    return Stream.of(
        wrong(
            () -> LearningRate.cosine(0.1, 0),
            "Invalid number of steps 0 of a cosine. Use at least 1."),
        wrong(
            () -> new LearningRate.Cosine(0.1, 10, 1.5),
            "Invalid alpha 1.5 of a cosine. Use a share from 0 to 1."),
        wrong(
            () -> new CosineRestarts(0.1, 10, 0.5, 1),
            "Invalid growth 0.5 of cosines with restarts. Use 1 or more."),
        wrong(
            () -> LearningRate.step(0.1, 10, 2),
            "Invalid factor 2.0 of a step decay. Use a number above 0, up to 1."),
        wrong(
            () -> new MultiStepDecay(0.1, List.of(5L, 5L), 0.1),
            "Invalid boundaries [5, 5]. Use positive numbers of steps that rise."),
        wrong(
            () -> new InverseTimeDecay(0.1, 10, -1),
            "Invalid inverse time decay -1.0. Use zero or a positive number."),
        wrong(
            () -> new PolynomialDecay(0.1, 10, 0, 0),
            "Invalid power 0.0 of a polynomial decay. Use a positive number."),
        wrong(
            () -> new PolynomialDecay(0.1, 10, 2, 1),
            "Invalid alpha 2.0 of a polynomial decay. Use a share from 0 to 1."),
        wrong(
            () -> new OneCycle(0.1, 10, 1.5, 25, 1e4),
            "Invalid warm-up 1.5 of one cycle. Use a share from 0 to 1."),
        wrong(
            () -> new OneCycle(0.1, 10, 0.3, 0.5, 1e4),
            "Invalid divisors 0.5 and 10000.0 of one cycle. Use 1 or more."),
        wrong(
            () -> LearningRate.constant(0.1).warmedUp(0),
            "Invalid number of steps 0 of a warm-up. Use at least 1."),
        wrong(
            () -> new RateSequence(List.of()),
            "Invalid sequence of no schedule. Use one at least."));
  }

  private static Arguments wrong(ThrowingCallable call, String message) {
    return arguments(call, message);
  }

  @ParameterizedTest
  @MethodSource("wrongNumbers")
  void saysWhichNumberIsWrong(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
