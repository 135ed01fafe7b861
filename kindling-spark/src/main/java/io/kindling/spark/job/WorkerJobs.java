package io.kindling.spark.job;

import io.kindling.cluster.transport.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * The Spark jobs of a gang, a thread and a job of one task for each rank: so one worker's failures
 * never count against another's, and none is started twice for another's sake. Closing cancels
 * those that still run and waits for them.
 *
 * <p>The threads inherit the caller's local properties, so that a job group or tag the user set
 * covers the workers too.
 */
final class WorkerJobs implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerJobs.class);

  /** For cancelled tasks to end. */
  private static final Duration END = Duration.ofSeconds(10);

  private final SparkContext context;
  private final String job;
  private final GangFate fate;
  private final List<Thread> threads = new ArrayList<>();

  private WorkerJobs(SparkContext context, String job, GangFate fate) {
    this.context = context;
    this.job = job;
    this.fate = fate;
  }

  static WorkerJobs start(
      SparkContext context,
      String job,
      Secret secret,
      List<WorkerOrder> orders,
      Placement placement,
      GangFate fate) {
    WorkerJobs jobs = new WorkerJobs(context, job, fate);
    for (WorkerOrder order : orders) {
      Executors.Executor executor = placement.executors().get(order.rank());
      Thread thread =
          new Thread(() -> jobs.run(order, secret, executor), "kindling-job-rank-" + order.rank());
      thread.setDaemon(true);
      jobs.threads.add(thread);
      thread.start();
    }
    return jobs;
  }

  private void run(WorkerOrder order, Secret secret, Executors.Executor executor) {
    context.addJobTag(job);
    context.setInterruptOnCancel(true);
    context.setLocalProperty("callSite.short", "Kindling worker " + order.rank());
    try {
      // The secret goes with the task, through Spark's RPC; the function would be broadcast, and so
      // might lie on a disk.
      Tuple2<byte[], Seq<String>> placed =
          new Tuple2<>(
              secret.toBytes(), CollectionConverters.asScala(executor.asPreference()).toSeq());
      RDD<byte[]> one =
          context.makeRDD(
              CollectionConverters.asScala(List.of(placed)).toSeq(),
              ClassTag$.MODULE$.apply(byte[].class));
      JavaRDD<WorkerResult> results =
          one.toJavaRDD().mapPartitions(secrets -> work(order, Secret.of(secrets.next())));
      fate.finished(results.collect().get(0));
    } catch (Throwable e) {
      fate.jobFailed(order.rank(), executor.host(), e);
    }
  }

  private static Iterator<WorkerResult> work(WorkerOrder order, Secret secret) throws Exception {
    return List.of(new WorkerTask(order, secret).run(TaskContext.get())).iterator();
  }

  @Override
  public void close() {
    context.cancelJobsWithTag(job, "the training has ended");
    long deadline = System.nanoTime() + END.toNanos();
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive() && System.nanoTime() < deadline) {
        try {
          TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
        } catch (InterruptedException e) {
          // An interrupted fit still takes its workers with it.
          interrupted = true;
        }
      }
      if (thread.isAlive()) {
        LOG.warn("{} did not end within {} s", thread.getName(), END.toSeconds());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
