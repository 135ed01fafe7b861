package io.kindling.spark.job;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.event.GenerationFormed;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.TrainingStepped;
import io.kindling.spark.event.WorkerMoment;
import io.kindling.spark.event.WorkerStep;
import io.kindling.spark.local.LocalSparkHome;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.ExecutorProcesses;
import io.kindling.spark.testing.Points;
import io.kindling.training.Activity;
import io.kindling.training.Sharded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Trains twice on a cluster of its own, first undisturbed, then while workers come and go, and
 * prints the losses of the epochs and the sizes of the generations. Arguments: a scenario, a folder
 * for notes between processes.
 */
final class TrainElastic {

  private TrainElastic() {}

  /** What happens, and on which cluster. */
  enum Scenario {
    /** Four workers; two are killed, and only one of the two that come for them gets through. */
    FOUR_TWO_THREE("local-cluster[4,1,1024]", 4),
    /** No executor, then one; Spark adds two, and one of three is killed. */
    DYNAMIC_ALLOCATION(
        "local-cluster[3,1,1024]",
        3,
        "spark.dynamicAllocation.enabled=true",
        "spark.dynamicAllocation.shuffleTracking.enabled=true",
        "spark.dynamicAllocation.schedulerBacklogTimeout=12s",
        "spark.dynamicAllocation.sustainedSchedulerBacklogTimeout=1s",
        "spark.dynamicAllocation.maxExecutors=3"),
    /** Two workers on three executors; that of one is told to go. */
    DECOMMISSION("local-cluster[3,1,1024]", 2, "spark.decommission.enabled=true"),
    /** Four workers, two to an executor; one executor is killed with both of its workers. */
    SHARED_EXECUTORS("local-cluster[2,2,1024]", 4),
    /** The same, each with a share of the parameters. */
    SHARDS("local-cluster[2,2,1024]", 4);

    private final String master;
    private final int workers;
    private final String settings;

    /**
     * @param workers there are when it happens
     */
    Scenario(String master, int workers, String... settings) {
      this.master = master;
      this.workers = workers;
      this.settings = String.join(" ", settings);
    }

    NeuralClassifier workers(NeuralClassifier classifier) {
      return switch (this) {
        case FOUR_TWO_THREE -> classifier.setNumWorkers(4).setMinWorkers(2);
        case DYNAMIC_ALLOCATION -> classifier.setMinWorkers(1).setMaxWorkers(3);
        case DECOMMISSION -> classifier.setNumWorkers(2);
        case SHARED_EXECUTORS -> classifier.setNumWorkers(4);
        case SHARDS -> classifier.setNumWorkers(4).setStrategy(new Sharded(20));
      };
    }
  }

  /** Makes steps slow, so that others have time to come, and holds newcomers up. */
  record Slow(String folder, int newcomers, int millis) implements TrainingCallback {
    private static final long serialVersionUID = 1;

    @Override
    public void stepEnded(WorkerStep step) {
      pause(millis);
    }

    @Override
    public void began(WorkerMoment moment) {
      boolean isNew = moment.generation() == 0 && moment.activity() == Activity.JOINING;
      if (isNew && Files.exists(Path.of(folder, "struck")) && !isAmongTheFirst()) {
        pause(30_000);
      }
    }

    private boolean isAmongTheFirst() {
      for (int i = 0; i < newcomers; i++) {
        if (note(Path.of(folder), "newcomer-" + i)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Whether it was not noted before, by whichever process. */
  private static boolean note(Path folder, String what) {
    try {
      Files.createFile(folder.resolve(what));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Strikes from the driver, once training has come to a step. */
  private static final class Events extends SparkListener {
    private final Scenario scenario;
    private final Path folder;
    private final SparkSession spark;
    private int size;

    Events(Scenario scenario, Path folder, SparkSession spark) {
      this.scenario = scenario;
      this.folder = folder;
      this.spark = spark;
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof GenerationFormed formed) {
        size = formed.workers();
        System.out.println("workers " + size);
      } else if (event instanceof TrainingStepped stepped
          && (stepped.epoch() - 1) * stepped.steps() + stepped.step() > 40
          && size == scenario.workers) {
        strikeOnce();
      }
    }

    private boolean isDecommission() {
      return scenario == Scenario.DECOMMISSION;
    }

    private void strikeOnce() {
      if (!note(folder, "struck")) {
        return;
      }
      if (isDecommission()) {
        ((CoarseGrainedSchedulerBackend) spark.sparkContext().schedulerBackend())
            .decommissionExecutor(
                "0",
                new ExecutorDecommissionInfo("asked to go", scala.Option.empty()),
                false,
                false);
        return;
      }
      ExecutorProcesses.living().stream()
          .limit(scenario == Scenario.FOUR_TWO_THREE ? 2 : 1)
          .forEach(ProcessHandle::destroyForcibly);
    }
  }

  public static void main(String[] arguments) {
    Scenario scenario = Scenario.valueOf(arguments[0]);
    Path folder = Path.of(arguments[1]);
    SparkSession.Builder builder =
        SparkSession.builder().master(scenario.master).config("spark.ui.enabled", "false");
    LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    for (String setting : scenario.settings.split(" ", -1)) {
      if (setting.isEmpty()) {
        continue;
      }
      builder.config(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    SparkSession spark = builder.getOrCreate();
    Dataset<Row> table = new Points(2).table(spark, 300, 300, 300);
    double[] undisturbed = fit(classifier().setNumWorkers(1), table);
    spark.sparkContext().addSparkListener(new Events(scenario, folder, spark));
    int newcomers = scenario == Scenario.FOUR_TWO_THREE ? 1 : 2;
    // Spark takes its time, and a machine with other work to bring a third executor up.
    int millis =
        switch (scenario) {
          case DYNAMIC_ALLOCATION -> 100;
          case FOUR_TWO_THREE -> 120;
          default -> 80;
        };
    double[] disturbed =
        fit(
            scenario
                .workers(classifier())
                .setCallback(new Slow(folder.toString(), newcomers, millis)),
            table);
    System.out.println("undisturbed " + Arrays.toString(undisturbed));
    System.out.println("disturbed " + Arrays.toString(disturbed));
    spark.stop();
  }

  private static NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", Points.SIZE), Dense.of(64).relu(), Dense.of(Points.CLASSES)))
        .setBatchSize(30)
        .setEpochs(12);
  }

  private static double[] fit(NeuralClassifier classifier, Dataset<Row> table) {
    return classifier.fit(table).summary().objectiveHistory();
  }

  private static void pause(long millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }
}
