package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerStep;
import io.kindling.spark.stage.NeuralClassifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How long a training of two workers stands still when the process of one is killed, from the kill
 * to the end of the next step, on a local cluster of three executors of one core, so that a slot is
 * free. The lost rows are made again from their table on the way, and the engine is loaded anew.
 * The other side is a stopwatch that always says 10 seconds, so that 1 is as long as that, and 2 is
 * half of it.
 *
 * <p>{@code kindling-benchmarks/run recovery}
 */
final class Recovery implements Benchmark {

  private static final double MOST_SECONDS = 10;
  private static final int KILLED_IN_STEP = 60;
  private static final int ROUNDS = 7;
  private static final int EXECUTORS = 3;

  @Override
  public String name() {
    return "recovery";
  }

  @Override
  public void run(Report report) throws Exception {
    try (SparkSession spark = Images.session("local-cluster[" + EXECUTORS + ",1,1024]")) {
      Dataset<Row> table = Images.read(spark, new Images(120 * 128).write(spark));
      report.add(
          Comparison.alternate(
              new Case(name(), "one of two workers killed, a slot free", 1, "recoveries/s"),
              0,
              ROUNDS,
              () -> 1 / seconds(table),
              () -> 1 / MOST_SECONDS));
    }
  }

  private static double seconds(Dataset<Row> table) throws IOException {
    while (TwoExecutors.executors().size() < EXECUTORS) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    Path notes = Files.createTempDirectory("kindling-recovery");
    new NeuralClassifier()
        .setNetwork(Architecture.MLP.network())
        .setEpochs(1)
        .setNumWorkers(2)
        .setCallback(new KillOnce(notes.toString()))
        .fit(table);
    return (KillOnce.millis(notes, "next") - KillOnce.millis(notes, "killed")) / 1000.0;
  }

  /** Kills the process of rank 1 in one step, and notes when, and when the next step was done. */
  private record KillOnce(String folder) implements TrainingCallback {

    private static final long serialVersionUID = 1;

    @Override
    public void stepEnded(WorkerStep step) {
      if (step.rank() == 1 && step.step() == KILLED_IN_STEP && note("killed")) {
        try {
          new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid())).start();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(1));
      } else if (step.step() == KILLED_IN_STEP + 1) {
        note("next");
      }
    }

    /** Whether nobody has noted it before. */
    private boolean note(String what) {
      try {
        Path fresh = Files.createTempFile(Path.of(folder), "note", ".tmp");
        Files.writeString(fresh, String.valueOf(System.currentTimeMillis()));
        Files.createLink(Path.of(folder, what), fresh);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static long millis(Path folder, String what) throws IOException {
      return Long.parseLong(Files.readString(folder.resolve(what)));
    }
  }
}
