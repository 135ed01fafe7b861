package io.kindling.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.loss.ErrorFormula;
import io.kindling.loss.Loss;
import io.kindling.loss.LossJson;
import io.kindling.metric.ClassScore.Over;
import io.kindling.metric.Metric;
import io.kindling.metric.MetricJson;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses and metrics against numbers worked out elsewhere: losses by Keras 3.15.1, CTC by PyTorch
 * 2.13, or by hand where they have none.
 */
public class FormulaTest {

  private static final double[] OUTPUTS = {0.5, -1.25, 2, 1.5, 0.25, -0.75};

  /** Two rows of the same three steps. */
  private static final double[] STEPS = {
    0.5, -1.25, 2, 1.5, 0.25, -0.75, 0, 1, 0.5, 0.5, -1.25, 2, 1.5, 0.25, -0.75, 0, 1, 0.5
  };

  private static final double[] POSITIVE = {0.5, 1.25, 2, 1.5, 0.25, 0.75};
  private static final double[] SHARES = {0.2, 0.3, 0.5, 0.6, 0.1, 0.3};
  private static final double[] NUMBERS = {1, 0.25, 0.5, 0, 2, 1};
  private static final double[] SIGNS = {1, -1, 1, -1, -1, 1};
  private static final double[] BITS = {1, 0, 1, 0, 0, 1};
  private static final double[] PROBABILITIES = {0.5, 0.25, 0.25, 0, 1, 0};
  private static final double[] CLASSES = {2, 1};

  /** A loss of two rows of three outputs. */
  private static Arguments loss(
      Loss loss, double[] outputs, double[] targets, double first, double second) {
    return Arguments.of(loss, outputs, targets, new double[] {first, second});
  }

  /** A loss, outputs, targets, and what each row costs. */
  public static Stream<Arguments> losses() {
    return Stream.of(
        loss(Loss.meanSquaredError(), OUTPUTS, NUMBERS, 1.5833333, 2.7916667),
        loss(Loss.meanAbsoluteError(), OUTPUTS, NUMBERS, 1.1666666, 1.6666666),
        loss(
            Loss.mean(ErrorFormula.ABSOLUTE_PERCENTAGE_ERROR),
            OUTPUTS,
            NUMBERS,
            316.66669,
            500000096.0),
        loss(
            Loss.mean(ErrorFormula.SQUARED_LOGARITHMIC_ERROR),
            POSITIVE,
            NUMBERS,
            0.30290237,
            0.54128820),
        loss(Loss.mean(ErrorFormula.LOG_COSH), OUTPUTS, NUMBERS, 0.61033159, 1.0095488),
        loss(Loss.mean(ErrorFormula.HINGE), OUTPUTS, SIGNS, 0.16666667, 1.8333334),
        loss(Loss.mean(ErrorFormula.SQUARED_HINGE), OUTPUTS, SIGNS, 0.083333336, 3.625),
        loss(Loss.mean(ErrorFormula.POISSON), POSITIVE, NUMBERS, 1.3469292, 1.8534232),
        loss(Loss.huber(1), OUTPUTS, NUMBERS, 0.70833331, 1.1666666),
        loss(Loss.quantile(0.3), OUTPUTS, NUMBERS, 0.55, 0.7),
        loss(Loss.ctc(2), STEPS, new double[] {0, 1, 1, 1}, 0.94394130, 6.7435641),
        loss(Loss.ctc(2), STEPS, new double[] {0, 2, 2, 2}, 1.0245340, 3.9935641),
        loss(Loss.triplet(1), OUTPUTS, NUMBERS, 1.8125, 0),
        loss(Loss.contrastive(2), POSITIVE, BITS, 1.6041667, 1.2916667),
        loss(Loss.kullbackLeibler(), SHARES, PROBABILITIES, 0.23927820, 2.3025823),
        loss(Loss.cosineDistance(), OUTPUTS, NUMBERS, 0.57006538, 1.0659380),
        loss(Loss.categoricalHinge(), OUTPUTS, CLASSES, 0, 2.25),
        loss(Loss.binaryFocal(), OUTPUTS, BITS, 0.0089050476, 0.39327776),
        loss(Loss.binaryCrossEntropy(), OUTPUTS, BITS, 0.28431132, 1.2214079),
        loss(Loss.binaryCrossEntropy(0.1), OUTPUTS, BITS, 0.34681138, 1.1797413),
        loss(Loss.categoricalCrossEntropy(), OUTPUTS, PROBABILITIES, 1.7951220, 1.5806727),
        loss(Loss.categoricalCrossEntropy(0.1), OUTPUTS, PROBABILITIES, 1.7972052, 1.5723393),
        loss(Loss.sparseCategoricalCrossEntropy(), OUTPUTS, CLASSES, 0.23262198, 1.5806727),
        loss(Loss.sparseCategoricalCrossEntropy(0.1), OUTPUTS, CLASSES, 0.39095533, 1.5723393),
        loss(
            Loss.sparseCategoricalCrossEntropy().withClassWeights(1, 2, 0.5),
            OUTPUTS,
            CLASSES,
            0.23262198 / 2,
            1.5806727 * 2),
        loss(Loss.huber(1).times(3), OUTPUTS, NUMBERS, 3 * 0.70833331, 3 * 1.1666666));
  }

  @Test
  void classWeightsOfOneLogitAreThoseOfNoAndYes() {
    Loss loss = Loss.binaryCrossEntropy().withClassWeights(3, 0.5);
    TensorSpec output = new TensorSpec("y", ElementType.FLOAT32, Shape.of(1));
    double[] rows =
        ((ReferenceTensor)
                loss.ofRows(
                    rows(output, new double[] {0.5, -1}),
                    rows(loss.target(output), new double[] {1, 0})))
            .numbers();
    assertThat(rows)
        .containsExactly(
            new double[] {0.5 * Math.log1p(Math.exp(-0.5)), 3 * Math.log1p(Math.exp(-1))},
            within(1e-7));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void lossesCostWhatTheirFormulasSay(
      Loss loss, double[] outputs, double[] targets, double[] expected) {
    Shape shape = outputs.length == 6 ? Shape.of(3) : Shape.of(outputs.length / 6, 3);
    TensorSpec output = new TensorSpec("y", ElementType.FLOAT32, shape);
    double[] rows =
        ((ReferenceTensor) loss.ofRows(rows(output, outputs), rows(loss.target(output), targets)))
            .numbers();
    assertThat(rows).hasSize(2);
    for (int row = 0; row < 2; row++) {
      assertThat(rows[row])
          .as("row %d", row)
          .isCloseTo(expected[row], within(1e-6 + 1e-6 * Math.abs(expected[row])));
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void lossesAreTheirTexts(Loss loss, double[] outputs, double[] targets, double[] expected) {
    Map<String, Loss> losses = Map.of("y", loss);
    assertThat(LossJson.read(LossJson.write(losses))).isEqualTo(losses);
  }

  private static Arguments metric(
      Metric metric, Loss loss, Shape shape, double[] outputs, double[] targets, double expected) {
    return Arguments.of(metric, loss, shape, outputs, targets, expected);
  }

  /** Five rows of yes and no. */
  private static Arguments ofYes(Metric metric, double expected) {
    return metric(
        metric,
        Loss.binaryCrossEntropy(),
        Shape.of(1),
        new double[] {2, -1, 0.5, -0.2, 3},
        new double[] {1, 0, 0, 1, 1},
        expected);
  }

  /** Six rows of three classes: taken for 0, 0, 1, 2, 2, 1. */
  private static Arguments ofClasses(Metric metric, double expected) {
    return metric(
        metric,
        Loss.sparseCategoricalCrossEntropy(),
        Shape.of(3),
        new double[] {3, 2, 1, 3, 2, 1, 1, 3, 2, 1, 2, 3, 2, 1, 3, 2, 3, 1},
        new double[] {0, 1, 1, 1, 2, 0},
        expected);
  }

  private static Arguments ofNumbers(Metric metric, double expected) {
    return metric(
        metric,
        Loss.meanSquaredError(),
        Shape.scalar(),
        new double[] {1, 2, 3},
        new double[] {1, 2, 4},
        expected);
  }

  /** A metric, its loss, shape, outputs, targets, and its value. */
  public static Stream<Arguments> metrics() {
    double log3 = Math.log(3) / Math.log(2);
    return Stream.of(
        ofYes(Metric.accuracy(), 3 / 5.0),
        ofYes(Metric.precision(Over.CLASSES), 2 / 3.0),
        ofYes(Metric.recall(Over.ROWS), 2 / 3.0),
        ofYes(Metric.f1(Over.ALL), 2 / 3.0),
        ofYes(Metric.areaUnderRoc(), 5 / 6.0),
        ofYes(Metric.areaUnderPr(), (2 + (2 / 3.0 + 3 / 4.0) / 2) / 3),
        ofYes(Metric.logLoss(), 0.4521986),
        ofClasses(Metric.accuracy(), 1 / 2.0),
        ofClasses(Metric.topKAccuracy(1), 1 / 2.0),
        ofClasses(Metric.topKAccuracy(2), 1),
        ofClasses(Metric.hitRatio(2), 1),
        ofClasses(Metric.ndcg(2), (3 + 3 / log3) / 6),
        ofClasses(Metric.ndcg(1), 1 / 2.0),
        ofClasses(Metric.precision(Over.CLASSES), 1 / 2.0),
        ofClasses(Metric.recall(Over.CLASSES), (1 / 2.0 + 1 / 3.0 + 1) / 3),
        ofClasses(Metric.recall(Over.ROWS), 1 / 2.0),
        ofClasses(Metric.f1(Over.CLASSES), (0.5 + 0.4 + 2 / 3.0) / 3),
        ofClasses(Metric.f1(Over.ROWS), (1 + 1.2 + 2 / 3.0) / 6),
        ofClasses(Metric.f1(Over.ALL), 1 / 2.0),
        ofClasses(Metric.logLoss(), 0.907606),
        ofNumbers(Metric.meanSquaredError(), 1 / 3.0),
        ofNumbers(Metric.meanAbsoluteError(), 1 / 3.0),
        ofNumbers(Metric.mean(ErrorFormula.ABSOLUTE_PERCENTAGE_ERROR), 25 / 3.0),
        ofNumbers(Metric.rootMeanSquaredError(), Math.sqrt(1 / 3.0)),
        ofNumbers(Metric.r2(), 1 - 1 / (42 / 9.0)));
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void metricsAreWhatTheirFormulasSay(
      Metric metric, Loss loss, Shape shape, double[] outputs, double[] targets, double expected) {
    TensorSpec output = new TensorSpec("y", ElementType.FLOAT32, shape);
    assertThat(metric.mismatch(output, loss)).isEmpty();
    ReferenceTensor ofRows =
        (ReferenceTensor)
            metric.ofRows(rows(output, outputs), rows(loss.target(output), targets), loss);
    int size = metric.accumulators(output, loss);
    assertThat(ofRows.shape().size()).isEqualTo(size);
    int rows = ofRows.numbers().length / size;
    double[] sums = new double[size];
    for (int i = 0; i < ofRows.numbers().length; i++) {
      sums[i % size] += ofRows.numbers()[i];
    }
    assertThat(metric.value(sums, rows)).isCloseTo(expected, within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void metricsAreTheirTexts(
      Metric metric, Loss loss, Shape shape, double[] outputs, double[] targets, double expected) {
    assertThat(MetricJson.read(MetricJson.write(List.of(metric)))).containsExactly(metric);
  }

  private static ReferenceTensor rows(TensorSpec spec, double[] numbers) {
    return ReferenceTensor.ofRows(
        new ArrayDeque<>(),
        numbers.length / spec.shape().size(),
        spec.shape(),
        spec.type(),
        Arrays.copyOf(numbers, numbers.length));
  }
}
