package io.kindling.cli;

import io.kindling.cli.terminal.ProgressBar;
import io.kindling.cli.terminal.Terminal;
import io.kindling.metric.Evaluation;
import io.kindling.spark.event.TrainingEpochEnded;
import io.kindling.spark.event.TrainingStepped;
import java.io.PrintStream;
import java.util.Locale;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;

/** Shows a training's events on a progress bar. Called by Spark's listener thread. */
final class TrainingView extends SparkListener implements AutoCloseable {

  private final PrintStream out;
  private ProgressBar bar;

  TrainingView(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof TrainingStepped stepped) {
      show(stepped);
    } else if (event instanceof TrainingEpochEnded ended && bar != null) {
      bar.epochEnded(ended.report().epoch(), summary(ended));
    }
  }

  private void show(TrainingStepped stepped) {
    if (bar == null) {
      long rows = stepped.rows() / Math.max(1, stepped.step()) * stepped.steps();
      bar =
          new ProgressBar(
              ProgressBar.Plan.of(stepped.epochs(), stepped.steps(), rows),
              out,
              Terminal.ofThisProcess(),
              System::nanoTime);
    }
    stepped.metrics().entrySet().stream()
        .findFirst()
        .ifPresent(each -> bar.measured(each.getKey(), each.getValue()));
    bar.stepped(stepped.epoch(), stepped.step(), stepped.loss());
  }

  private static String summary(TrainingEpochEnded ended) {
    String text = describe("", ended.report().training());
    String validation =
        ended.report().validation().map(each -> ", " + describe("validation ", each)).orElse("");
    double rate = ended.rows() / ended.report().seconds();
    return text + validation + String.format(Locale.ROOT, ", %,.0f rows/s", rate);
  }

  private static String describe(String prefix, Evaluation evaluation) {
    StringBuilder text =
        new StringBuilder(String.format(Locale.ROOT, "%sloss %.4f", prefix, evaluation.loss()));
    evaluation
        .metrics()
        .forEach(
            (name, value) ->
                text.append(String.format(Locale.ROOT, ", %s%s %.4f", prefix, name, value)));
    return text.toString();
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
