package io.kindling.spark.job;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Why executors went, as Spark says it, for the time of one training. */
final class ExecutorLosses extends SparkListener implements AutoCloseable {

  private final SparkContext context;
  private final Map<String, String> reasons = new ConcurrentHashMap<>();

  private ExecutorLosses(SparkContext context) {
    this.context = context;
  }

  static ExecutorLosses listenTo(SparkContext context) {
    ExecutorLosses losses = new ExecutorLosses(context);
    context.addSparkListener(losses);
    return losses;
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded added) {
    reasons.remove(added.executorId());
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    reasons.put(removed.executorId(), removed.reason());
  }

  /** Whether Spark has given an executor up. */
  boolean isGone(String executor) {
    return reasons.containsKey(executor);
  }

  /** How many executors went. */
  int count() {
    return reasons.size();
  }

  /** The reasons known, if any executor went. */
  Optional<String> describe() {
    if (reasons.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    reasons.forEach(
        (executor, reason) ->
            text.append(text.isEmpty() ? "" : " ")
                .append("Executor ")
                .append(executor)
                .append(" is gone: ")
                .append(reason)
                .append(reason.endsWith(".") ? "" : "."));
    return Optional.of(text + advice(text.toString()));
  }

  /** 128 plus the number of SIGKILL or SIGTERM. */
  private static final Pattern KILLED = Pattern.compile("(?i)(code|status):? (137|143)\\b");

  /** What to do where the process was killed from outside. */
  static String advice(String reason) {
    boolean killed =
        KILLED.matcher(reason).find()
            || reason.contains("OOMKilled")
            || reason.contains("memory limits");
    return killed
        ? " Its process was killed from outside, as a container is that passes its memory limit: if nobody killed it by hand,"
            + " raise spark.executor.memoryOverhead."
        : "";
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
