package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryNeedTest {

  private static final long MIB = 1 << 20;

  /** 4 million parameters: 16 MiB, three copies of which are 48. */
  private static final MemoryNeed NEED =
      MemoryNeed.of(
          Objective.of(
              Network.sequential(
                  Input.of("x", 1024), Dense.of(4096).withoutBias(), Dense.of(1).withoutBias()),
              Loss.meanSquaredError()),
          1000);

  private static SparkConf conf(String master, String overhead) {
    return new SparkConf(false)
        .set("spark.master", master)
        .set("spark.executor.memoryOverhead", overhead);
  }

  @Test
  void countsParametersBatchesAndTheEngine() {
    assertThat(NEED.parameters()).isEqualTo(3 * 4L * (1024 * 4096 + 4096));
    // An input row, a target, and each layer's output with its gradient; and rows read ahead.
    assertThat(NEED.batches())
        .isEqualTo(1000 * (4 * 1024 + 4 + 8 * (4096 + 1)) + WorkerRows.MOST_AHEAD);
    assertThat(NEED.total()).isGreaterThan(NEED.engine() + NEED.parameters() + NEED.batches());
  }

  @ParameterizedTest
  @ValueSource(strings = {"yarn", "k8s://https://host:6443"})
  void saysWhatToSetWhereTheClusterWouldKillTheContainer(String master) {
    assertThat(NEED.complaint(conf(master, "384m"), 1))
        .hasValueSatisfying(
            complaint ->
                assertThat(complaint)
                    .startsWith("An executor needs about 483 MiB outside the Java heap")
                    .contains("its memory overhead is 384 MiB")
                    .endsWith("Set spark.executor.memoryOverhead to 547m or more."));
    assertThat(NEED.complaint(conf(master, "547m"), 1)).isEmpty();
  }

  @Test
  void countsTheEngineOnceAndEveryWorkerOfAnExecutor() {
    assertThat(NEED.complaint(conf("yarn", "531m"), 2)).isPresent();
    assertThat(NEED.complaint(conf("yarn", "620m"), 2)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[2]", "local-cluster[2,1,1024]", "spark://host:7077"})
  void saysNothingWhereNobodyLimitsTheProcess(String master) {
    assertThat(NEED.complaint(conf(master, "1m"), 1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "spark.executor.memory, 1g, 384",
    "spark.executor.memory, 10g, 1024",
    "spark.executor.memoryOverheadFactor, 0.5, 512",
    "spark.executor.minMemoryOverhead, 500m, 500",
    "spark.executor.memoryOverhead, 77m, 77",
    "spark.executor.memoryOverhead, 77, 77"
  })
  void worksOutTheOverheadAsSparkDoes(String key, String value, long mib) {
    assertThat(MemoryNeed.overhead(new SparkConf(false).set(key, value))).isEqualTo(mib * MIB);
  }
}
