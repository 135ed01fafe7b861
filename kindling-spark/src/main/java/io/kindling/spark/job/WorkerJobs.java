package io.kindling.spark.job;

import io.kindling.cluster.transport.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * The Spark jobs of a gang, a thread and a job of one task for each worker: so one worker's
 * failures never count against another's, and none is started twice for another's sake. Closing
 * cancels those that still run and waits for them.
 *
 * <p>The threads have the local properties of whoever opens this, so that a job group or tag the
 * user set covers the workers too.
 */
final class WorkerJobs implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerJobs.class);

  /** For cancelled tasks to end. */
  private static final Duration END = Duration.ofSeconds(10);

  private final SparkContext context;
  private final String job;
  private final Secret secret;
  private final java.util.Properties properties;
  private final Consumer<WorkerResult> results;
  private final List<WorkerJob> started = new ArrayList<>();

  /** The job of one worker, as far as its driver sees it. */
  static final class WorkerJob {
    private final String tag;
    private Thread thread;
    private volatile boolean ended;
    private volatile Optional<Throwable> failure = Optional.empty();

    WorkerJob(String tag) {
      this.tag = tag;
    }

    boolean hasEnded() {
      return ended;
    }

    /** Why it ended, where not as it should. */
    Optional<Throwable> failure() {
      return failure;
    }
  }

  /**
   * @param results hears, on another thread, what a worker delivers
   */
  WorkerJobs(SparkContext context, String job, Secret secret, Consumer<WorkerResult> results) {
    this.context = context;
    this.job = job;
    this.secret = secret;
    this.results = results;
    this.properties = (java.util.Properties) context.getLocalProperties().clone();
  }

  /**
   * Starts a worker.
   *
   * @param preferred where it should run; empty for anywhere
   */
  synchronized WorkerJob start(WorkerOrder order, List<String> preferred) {
    WorkerJob worker = new WorkerJob(job + "-" + started.size());
    worker.thread =
        new Thread(() -> run(order, preferred, worker), "kindling-job-place-" + order.place());
    worker.thread.setDaemon(true);
    started.add(worker);
    worker.thread.start();
    return worker;
  }

  /** Ends a worker, wherever its task is. */
  void cancel(WorkerJob worker, String why) {
    context.cancelJobsWithTag(worker.tag, why);
  }

  private void run(WorkerOrder order, List<String> preferred, WorkerJob worker) {
    context.setLocalProperties((java.util.Properties) properties.clone());
    context.addJobTag(job);
    context.addJobTag(worker.tag);
    context.setInterruptOnCancel(true);
    context.setLocalProperty("callSite.short", "Kindling worker " + order.place());
    try {
      // The secret goes with the task, through Spark's RPC; the function would be broadcast, and so
      // might lie on a disk.
      Tuple2<byte[], Seq<String>> placed =
          new Tuple2<>(secret.toBytes(), CollectionConverters.asScala(preferred).toSeq());
      RDD<byte[]> one =
          context.makeRDD(
              CollectionConverters.asScala(List.of(placed)).toSeq(),
              ClassTag$.MODULE$.apply(byte[].class));
      JavaRDD<WorkerResult> result =
          one.toJavaRDD().mapPartitions(secrets -> work(order, Secret.of(secrets.next())));
      WorkerResult given = result.collect().get(0);
      if (given.isDelivered()) {
        results.accept(given);
      }
    } catch (Throwable e) {
      worker.failure = Optional.of(e);
    } finally {
      worker.ended = true;
    }
  }

  private static Iterator<WorkerResult> work(WorkerOrder order, Secret secret) throws Exception {
    return List.of(new WorkerTask(order, secret, TaskContext.get()).run()).iterator();
  }

  @Override
  public void close() {
    context.cancelJobsWithTag(job, "the training has ended");
    List<WorkerJob> all;
    synchronized (this) {
      all = List.copyOf(started);
    }
    long deadline = System.nanoTime() + END.toNanos();
    boolean interrupted = false;
    for (WorkerJob worker : all) {
      while (worker.thread.isAlive() && System.nanoTime() < deadline) {
        try {
          TimeUnit.NANOSECONDS.timedJoin(worker.thread, deadline - System.nanoTime());
        } catch (InterruptedException e) {
          // An interrupted fit still takes its workers with it.
          interrupted = true;
        }
      }
      if (worker.thread.isAlive()) {
        LOG.warn("{} did not end within {} s", worker.thread.getName(), END.toSeconds());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
