package io.kindling.spark.job;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.ExecutorProcessLost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Spark knows of executors while a gang trains, and what it is told of them. */
record SparkExecutors(SparkContext context, ExecutorLosses gone) {

  private static final Logger LOG = LoggerFactory.getLogger(SparkExecutors.class);

  /** Whether Spark has lost an executor. */
  boolean isGone(String executor) {
    return gone.isGone(executor);
  }

  /** How many executors went so far. */
  int losses() {
    return gone.count();
  }

  /** Whether an executor has been told to go soon. */
  boolean isDecommissioned(String executor) {
    return context.taskScheduler().getExecutorDecommissionState(executor).isDefined();
  }

  /**
   * Has Spark do at once what it does when it has not heard of an executor for {@code
   * spark.network.timeout}: forget its tasks, blocks and shuffle files, and ask the cluster to kill
   * and replace it. Without that, whoever reads a block from a stopped executor waits as long.
   */
  void giveUp(String executor, String why) {
    if (context.isLocal()) {
      return; // it is this process
    }
    LOG.warn("Executor {} is given up: {}", executor, why);
    context
        .taskScheduler()
        .executorLost(executor, new ExecutorProcessLost(why, scala.Option.empty(), true));
    if (!context.killAndReplaceExecutor(executor)) {
      LOG.warn("The cluster does not kill executor {}; its process may still be there", executor);
    }
  }
}
