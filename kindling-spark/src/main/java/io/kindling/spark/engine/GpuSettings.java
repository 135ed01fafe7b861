package io.kindling.spark.engine;

import org.apache.spark.SparkConf;

/** Whether Spark gives GPUs to tasks. */
public final class GpuSettings {

  private static final String AMOUNT = "spark.task.resource.gpu.amount";

  private GpuSettings() {}

  /**
   * Checks that tasks of an application get GPUs.
   *
   * @throws IllegalArgumentException if they do not
   */
  public static void require(SparkConf conf) {
    if (conf.getDouble(AMOUNT, 0) <= 0) {
      throw new IllegalArgumentException(
          "The device is gpu, but Spark gives no GPUs to tasks of this application. "
              + howToGetGpus());
    }
  }

  static String howToGetGpus() {
    return "Set "
        + AMOUNT
        + "=1, spark.executor.resource.gpu.amount=1 and"
        + " spark.executor.resource.gpu.discoveryScript (Spark brings one:"
        + " examples/src/main/scripts/getGpusResources.sh), or choose the device cpu.";
  }
}
