package io.kindling.spark.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/** The executors of an application, as the driver knows them now. */
public final class Executors {

  private static final Logger LOG = LoggerFactory.getLogger(Executors.class);

  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,.*");

  private static final Pattern LOCAL_THREADS = Pattern.compile("local\\[\\s*(\\*|\\d+)\\s*(,.*)?]");

  /** How Spark names the driver where it runs tasks itself. */
  private static final String DRIVER = "driver";

  /**
   * One executor.
   *
   * @param cores task slots times the CPUs of a task
   */
  record Executor(String id, String host, int cores) {

    /** What a task says to prefer this executor; empty where the driver itself runs the tasks. */
    List<String> asPreference() {
      return id.equals(DRIVER) ? List.of() : List.of("executor_" + host + "_" + id);
    }
  }

  /** Between two words to the log about what is waited for. */
  private static final Duration SAY = Duration.ofSeconds(5);

  /** Between two looks at who has registered. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private Executors() {}

  /**
   * Waits until there are slots for the workers, or, where no number is asked for, as many
   * executors as the application asked the cluster for.
   *
   * @throws IllegalArgumentException if they do not come before the timeout
   */
  @SuppressWarnings("try") // the request is held, not spoken to
  static List<Executor> awaitEnough(SparkContext context, OptionalInt workers, Duration timeout) {
    int cpus = context.conf().getInt("spark.task.cpus", 1);
    int expected = workers.isPresent() ? 1 : expected(context);
    refuseImpossible(context, workers, cpus);
    if (isDynamic(context) && slots(of(context), cpus) < workers.orElse(1)) {
      try (SlotRequest request =
          SlotRequest.of(context, workers.orElse(1), timeout.toSeconds() + 1)) {
        return awaitEnough(context, workers, timeout, cpus, expected);
      }
    }
    return awaitEnough(context, workers, timeout, cpus, expected);
  }

  private static boolean isDynamic(SparkContext context) {
    return context.conf().getBoolean("spark.dynamicAllocation.enabled", false)
        && !context.isLocal();
  }

  private static int slots(List<Executor> executors, int cpus) {
    return executors.stream().mapToInt(each -> each.cores() / cpus).sum();
  }

  private static List<Executor> awaitEnough(
      SparkContext context, OptionalInt workers, Duration timeout, int cpus, int expected) {
    long deadline = System.nanoTime() + timeout.toNanos();
    long said = System.nanoTime();
    while (true) {
      List<Executor> executors = of(context);
      int slots = slots(executors, cpus);
      if (executors.size() >= expected && slots >= workers.orElse(1)) {
        return executors;
      }
      if (System.nanoTime() > deadline) {
        if (!workers.isPresent() && slots > 0) {
          LOG.warn(
              "Training with {} workers: of {} executors only so many came within {} s",
              executors.size(),
              expected,
              timeout.toSeconds());
          return executors;
        }
        throw new IllegalArgumentException(
            "Failed to place "
                + workers.orElse(expected)
                + " workers: the cluster has "
                + executors.size()
                + " executors with "
                + slots
                + " task slots after "
                + timeout.toSeconds()
                + " s. Ask for fewer workers with setNumWorkers, or for more executors or cores."
                + (isDynamic(context)
                    ? " Dynamic allocation adds executors for workers that wait: let training begin with"
                        + " fewer with setMinWorkers, and others join up to setMaxWorkers."
                    : ""));
      }
      if (System.nanoTime() - said > SAY.toNanos()) {
        said = System.nanoTime();
        LOG.info(
            "Waiting for {} executors and {} task slots; there are {} and {}",
            expected,
            workers.orElse(1),
            executors.size(),
            slots);
      }
      LockSupport.parkNanos(LOOK.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("Interrupted while waiting for executors.");
      }
    }
  }

  /** Where slots are fixed from the start, waiting would not help. */
  private static void refuseImpossible(SparkContext context, OptionalInt workers, int cpus) {
    Matcher localCluster = LOCAL_CLUSTER.matcher(context.master());
    int slots;
    if (localCluster.matches()) {
      slots =
          Integer.parseInt(localCluster.group(1))
              * (Integer.parseInt(localCluster.group(2)) / cpus);
    } else if (context.isLocal()) {
      slots = localThreads(context.master()) / cpus;
    } else {
      return;
    }
    if (workers.orElse(1) > slots) {
      throw new IllegalArgumentException(
          "Failed to place "
              + workers.orElse(1)
              + " workers: the master "
              + context.master()
              + " has "
              + slots
              + " task slots. Ask for fewer workers with setNumWorkers, or for more cores.");
    }
  }

  /** The threads of a {@code local} master; the default parallelism may be set to anything else. */
  private static int localThreads(String master) {
    Matcher threads = LOCAL_THREADS.matcher(master);
    if (!threads.matches()) {
      return 1;
    }
    return threads.group(1).equals("*")
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(threads.group(1));
  }

  /** The cores of the largest executor there is now; 1 where there is none yet. */
  public static int mostCores(SparkContext context) {
    return of(context).stream().mapToInt(Executor::cores).max().orElse(1);
  }

  /** How many executors the application asked for, as far as its settings tell. */
  private static int expected(SparkContext context) {
    Matcher localCluster = LOCAL_CLUSTER.matcher(context.master());
    if (localCluster.matches()) {
      return Integer.parseInt(localCluster.group(1));
    }
    boolean asksForTwo = context.master().startsWith("yarn") || context.master().startsWith("k8s");
    return Math.max(1, context.conf().getInt("spark.executor.instances", asksForTwo ? 2 : 1));
  }

  /** Active executors that run tasks, ordered by id so that ranks are the same from run to run. */
  static List<Executor> of(SparkContext context) {
    List<Executor> executors = new ArrayList<>();
    for (ExecutorSummary summary :
        CollectionConverters.asJava(context.statusStore().executorList(true))) {
      if (summary.isActive() && summary.totalCores() > 0) {
        String hostPort = summary.hostPort();
        int colon = hostPort.lastIndexOf(':');
        executors.add(
            new Executor(
                summary.id(),
                colon < 0 ? hostPort : hostPort.substring(0, colon),
                summary.totalCores()));
      }
    }
    executors.sort(
        Comparator.comparingInt((Executor each) -> each.id().length()).thenComparing(Executor::id));
    return executors;
  }
}
