package io.kindling.cli.picture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * A picture of how the loss fell: the loss of every step as a pale line, the losses of every epoch
 * on training and validation rows on top, and below, when there is one, a metric.
 *
 * <pre>{@code
 * LossCurve.titled("Digits")
 *     .withSteps(stepLoss)
 *     .withEpochs(trainingLoss, validationLoss)
 *     .withMetric("accuracy", validationAccuracy)
 *     .write(Path.of("loss.png"));
 * }</pre>
 *
 * <p>The axis is logarithmic when the losses span a large factor. Losses that are not finite leave
 * a gap. The arrays are borrowed until {@link #write}.
 *
 * @param subtitle a quieter line below the title; may be empty
 * @param steps the loss of each step of all epochs; may be empty
 * @param training the mean training loss of each epoch; may be empty
 * @param validation the validation loss after each epoch; may be empty
 */
public record LossCurve(
    String title,
    String subtitle,
    double[] steps,
    double[] training,
    double[] validation,
    Optional<Metric> metric) {

  private static final double WIDTH = 880;
  private static final double LOSS_HEIGHT = 330;
  private static final double METRIC_HEIGHT = 180;
  private static final double TOP = 92;
  private static final double LEFT = 78;
  private static final double RIGHT = 28;
  private static final double BOTTOM = 58;
  private static final double BETWEEN = 48;

  private static final int MOST_EPOCH_TICKS = 12;

  /** More steps than this are drawn as a band: there are not many more points across. */
  private static final int MOST_SINGLE_STEPS = 500;

  private static final int STRETCHES = 250;

  /**
   * A metric after each epoch.
   *
   * @param training on training rows; may be empty
   * @param validation on validation rows; may be empty
   */
  public record Metric(String name, double[] training, double[] validation) {}

  /** Returns a picture that has nothing but a title. */
  public static LossCurve titled(String title) {
    double[] none = {};
    return new LossCurve(title, "", none, none, none, Optional.empty());
  }

  public LossCurve withSubtitle(String newSubtitle) {
    return new LossCurve(title, newSubtitle, steps, training, validation, metric);
  }

  /** Adds the loss of every step, in order over all epochs. */
  public LossCurve withSteps(double[] stepLoss) {
    return new LossCurve(title, subtitle, stepLoss, training, validation, metric);
  }

  /** Adds the losses of every epoch; either may be empty, and one may be shorter. */
  public LossCurve withEpochs(double[] trainingLoss, double[] validationLoss) {
    return new LossCurve(title, subtitle, steps, trainingLoss, validationLoss, metric);
  }

  /** Adds a panel with a metric on validation rows. */
  public LossCurve withMetric(String name, double[] onValidation) {
    return withMetric(new Metric(name, new double[] {}, onValidation));
  }

  /** Adds a panel with a metric. */
  public LossCurve withMetric(Metric newMetric) {
    return new LossCurve(title, subtitle, steps, training, validation, Optional.of(newMetric));
  }

  /** Writes the picture as PNG, replacing a file that is there; makes missing folders. */
  public void write(Path file) throws IOException {
    double below = metric.isPresent() ? BETWEEN + METRIC_HEIGHT : 0;

    try (Sheet sheet = new Sheet(WIDTH, TOP + LOSS_HEIGHT + below + BOTTOM)) {
      drawHeader(sheet);
      Panel lossPanel = panel(TOP, LOSS_HEIGHT, lossScale());
      drawLoss(sheet, lossPanel);
      Panel lowest = lossPanel;

      if (metric.isPresent()) {
        Metric shown = metric.orElseThrow();
        lowest = panel(lossPanel.bottom() + BETWEEN, METRIC_HEIGHT, metricScale(shown));
        drawMetric(sheet, lowest, shown);
      }

      lowest.drawAxisAcross(sheet, "epoch");
      sheet.write(file);
    }
  }

  private Panel panel(double top, double height, Scale up) {
    Scale across = Scale.epochs(epochs(), MOST_EPOCH_TICKS);
    return new Panel(LEFT, top, WIDTH - LEFT - RIGHT, height, across, up);
  }

  private int epochs() {
    int most = Math.max(1, Math.max(training.length, validation.length));
    return metric
        .map(shown -> Math.max(shown.training().length, shown.validation().length))
        .map(measured -> Math.max(measured, most))
        .orElse(most);
  }

  /** Holds the losses of all epochs and nearly all steps: a few wild ones may leave the panel. */
  private Scale lossScale() {
    double[] sorted = Arrays.stream(steps).filter(Double::isFinite).sorted().toArray();
    boolean isMany = sorted.length > MOST_SINGLE_STEPS;
    double[] usual =
        isMany
            ? new double[] {Spread.quantile(sorted, 0.01), Spread.quantile(sorted, 0.998)}
            : sorted;
    double[] values =
        Stream.of(usual, training, validation).flatMapToDouble(Arrays::stream).toArray();
    return Scale.loss(values, 6);
  }

  private static Scale metricScale(Metric shown) {
    return Scale.linear(
        DoubleStream.concat(Arrays.stream(shown.training()), Arrays.stream(shown.validation())), 4);
  }

  private void drawHeader(Sheet sheet) {
    double room = WIDTH - LEFT - RIGHT;
    String fitting = Sheet.fitting(title, Sheet.LARGE, room);
    sheet.boldText(fitting, Ink.TEXT, Sheet.LARGE, Sheet.Align.LEFT, LEFT, 36);
    String quiet = Sheet.fitting(subtitle, Sheet.MEDIUM, room);
    sheet.text(quiet, Ink.QUIET_TEXT, Sheet.MEDIUM, Sheet.Align.LEFT, LEFT, 57);
  }

  private void drawLoss(Sheet sheet, Panel panel) {
    boolean isLogarithmic = panel.up().kind() == Scale.Kind.LOGARITHMIC;
    panel.drawFrame(sheet, isLogarithmic ? "loss (logarithmic)" : "loss");

    sheet.clip(panel.left(), panel.top() - 6, panel.width() + 8, panel.height() + 6);
    drawSteps(sheet, panel);
    panel.drawEpochs(sheet, Ink.BLUE, training);
    panel.drawEpochs(sheet, Ink.ORANGE, validation);
    sheet.unclip();

    Legend legend = new Legend(sheet, LEFT, panel.top() - 14);
    if (steps.length > 0) {
      legend.add(Ink.PALE_BLUE, "training, each step");
    }
    if (training.length > 0) {
      legend.add(Ink.BLUE, "training, mean of the epoch");
    }
    if (validation.length > 0) {
      legend.add(Ink.ORANGE, "validation" + lowest());
    }
  }

  private void drawSteps(Sheet sheet, Panel panel) {
    if (steps.length <= MOST_SINGLE_STEPS) {
      panel.drawSteps(sheet, Ink.PALE_BLUE, steps);
      return;
    }

    Spread spread = Spread.of(steps, STRETCHES);
    panel.drawBand(sheet, Ink.FAINT_BLUE, spread.low(), spread.high());
    panel.drawSteps(sheet, Ink.PALE_BLUE, spread.middle());
  }

  private String lowest() {
    int best = -1;
    for (int i = 0; i < validation.length; i++) {
      if (Double.isFinite(validation[i]) && (best < 0 || validation[i] < validation[best])) {
        best = i;
      }
    }
    return best < 0 ? "" : ", lowest " + number(validation[best]) + " in epoch " + (best + 1);
  }

  private static void drawMetric(Sheet sheet, Panel panel, Metric shown) {
    panel.drawFrame(sheet, shown.name());
    panel.drawEpochs(sheet, Ink.BLUE, shown.training());
    panel.drawEpochs(sheet, Ink.ORANGE, shown.validation());

    Legend legend = new Legend(sheet, LEFT, panel.top() - 14);
    if (shown.training().length > 0) {
      legend.add(Ink.BLUE, "training" + last(shown.training()));
    }
    if (shown.validation().length > 0) {
      legend.add(Ink.ORANGE, "validation" + last(shown.validation()));
    }
  }

  private static String last(double[] values) {
    return ", " + number(values[values.length - 1]) + " at the end";
  }

  private static String number(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size != 0 && size < 1e-3 ? "%.2e" : "%.4f", value);
  }
}
