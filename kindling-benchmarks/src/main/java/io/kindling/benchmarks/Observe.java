package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerMoment;
import io.kindling.spark.event.WorkerStep;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.training.EpochReport;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What it costs to be watched: training with a callback that hears of every activity and every step
 * and a listener on Spark's bus, against the same training with neither, in the same JVM on {@code
 * local[1]}. Activities are timed in both. The first epoch, in which Java compiles, does not count.
 *
 * <p>{@code kindling-benchmarks/run observe}
 */
final class Observe implements Benchmark {

  private static final int STEPS = 320;
  private static final int BATCH = 128;
  private static final int EPOCHS = 7;
  private static final int ROUNDS = 15;

  @Override
  public String name() {
    return "observe";
  }

  @Override
  public void run(Report report) throws Exception {
    try (SparkSession spark = Images.session("local[1]")) {
      Dataset<Row> table = Images.read(spark, new Images(STEPS * BATCH).write(spark));
      report.add(
          Comparison.alternate(
              new Case(name(), "a watched step of " + Architecture.MLP.words(), 0.99, "rows/s"),
              1,
              ROUNDS,
              () -> watched(spark, table),
              () -> speed(table, TrainingCallback.none())));
    }
  }

  private static double watched(SparkSession spark, Dataset<Row> table) {
    Counting listener = new Counting();
    spark.sparkContext().addSparkListener(listener);
    try {
      return speed(table, new Watching());
    } finally {
      spark.sparkContext().removeSparkListener(listener);
    }
  }

  private static double speed(Dataset<Row> table, TrainingCallback callback) {
    List<EpochReport> epochs =
        new NeuralClassifier()
            .setNetwork(Architecture.MLP.network())
            .setBatchSize(BATCH)
            .setEpochs(EPOCHS)
            .setCallback(callback)
            .fit(table)
            .summary()
            .history()
            .epochs();
    return (double) STEPS
        * BATCH
        * (EPOCHS - 1)
        / epochs.stream().skip(1).mapToDouble(EpochReport::seconds).sum();
  }

  /** Adds up what it hears. */
  private static final class Watching implements TrainingCallback {
    private static final long serialVersionUID = 1;
    private final LongAdder heard = new LongAdder();

    @Override
    public void began(WorkerMoment moment) {
      heard.add(moment.step());
    }

    @Override
    public void stepEnded(WorkerStep step) {
      heard.add(step.times().nanos());
    }
  }

  /** Counts what is said on the bus. */
  private static final class Counting extends SparkListener {
    private final LongAdder events = new LongAdder();

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      events.increment();
    }
  }
}
