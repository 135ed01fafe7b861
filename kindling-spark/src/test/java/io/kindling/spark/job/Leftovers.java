package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kindling.spark.testing.Traces;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** What a training must not leave behind, in the driver and in all executors. */
final class Leftovers {

  private static final Duration ENDS_WITHIN = Duration.ofSeconds(15);

  private final SparkSession spark;
  private final Map<String, Traces> before;

  private Leftovers(SparkSession spark) {
    this.spark = spark;
    this.before = traces();
  }

  /** Remembers what is there. */
  static Leftovers since(SparkSession spark) {
    return new Leftovers(spark);
  }

  /** No task, no thread, no port, no native memory, no kept rows. */
  void assertNone() {
    awaitNoTask();
    assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
    await()
        .atMost(ENDS_WITHIN)
        .untilAsserted(
            () ->
                traces()
                    .forEach(
                        (process, now) -> {
                          assertThat(now.threads()).as("threads of %s", process).isEmpty();
                          // Scoring keeps a model for a while; no training adds to that.
                          long kept =
                              before.containsKey(process) ? before.get(process).nativeBytes() : 0;
                          assertThat(now.nativeBytes())
                              .as("native memory of %s", process)
                              .isLessThanOrEqualTo(kept);
                          if (before.containsKey(process)) {
                            Set<Integer> opened = new HashSet<>(now.ports());
                            opened.removeAll(before.get(process).ports());
                            assertThat(opened).as("ports of %s", process).isEmpty();
                          }
                        }));
  }

  void awaitNoTask() {
    SparkStatusTracker tracker = spark.sparkContext().statusTracker();
    await()
        .atMost(ENDS_WITHIN)
        .until(() -> tracker.getActiveJobIds().length + tracker.getActiveStageIds().length == 0);
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () ->
                Arrays.stream(tracker.getExecutorInfos())
                    .allMatch(each -> each.numRunningTasks() == 0));
  }

  private Map<String, Traces> traces() {
    int tasks = 2 * Executors.of(spark.sparkContext()).size();
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    Map<String, Traces> traces =
        new HashMap<>(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(numbers, numbers.size())
                .mapToPair(
                    number -> {
                      // Long enough for every executor to take one.
                      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                      return new Tuple2<>(
                          "executor " + SparkEnv.get().executorId(), Traces.ofThisProcess());
                    })
                .reduceByKey((one, other) -> other)
                .collectAsMap());
    traces.put("driver", Traces.ofThisProcess());
    return traces;
  }
}
