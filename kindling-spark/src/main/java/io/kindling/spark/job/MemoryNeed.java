package io.kindling.spark.job;

import io.kindling.engine.Objective;
import io.kindling.network.LayerNetwork;
import io.kindling.tensor.TensorSpec;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * What a worker needs outside the Java heap, in bytes: an estimate made before work starts, because
 * a container that passes its limit is killed without a word.
 *
 * @param engine the native library's own pages and pools
 * @param parameters the engine's copies of parameters, gradients and their buffers
 * @param batches inputs, targets and the values between layers, kept for the gradients, and rows
 *     that are read ahead
 * @param links buffers of the links between workers
 */
record MemoryNeed(long engine, long parameters, long batches, long links) {

  private static final long MIB = 1L << 20;

  /** Resident size of the loaded engine after its first step, measured: 230 to 280 MiB. */
  private static final long ENGINE = 280 * MIB;

  /** Two links, two segments each way, and their records. */
  private static final long LINKS = 8 * MIB;

  /** Spark's own use of the overhead: network buffers, metaspace, code cache. */
  private static final long SPARK = 96 * MIB;

  static MemoryNeed of(Objective objective, int rowsPerWorker) {
    long flat = 4L * (objective.network().parameters().size() + objective.network().state().size());
    long row = 0;
    for (TensorSpec spec : objective.network().inputs()) {
      row += spec.rowBytes();
    }
    for (TensorSpec spec : objective.targets()) {
      row += spec.rowBytes();
    }
    if (objective.network() instanceof LayerNetwork layers) {
      // Each layer's output and its gradient live at once.
      row += layers.steps().stream().mapToLong(step -> 8L * layers.shape(step.name()).size()).sum();
    }
    return new MemoryNeed(ENGINE, 3 * flat, row * rowsPerWorker + WorkerRows.MOST_AHEAD, LINKS);
  }

  long total() {
    return engine + parameters + batches + links + SPARK;
  }

  /**
   * What is wrong with the settings, if the cluster kills containers and the worker would pass its
   * limit.
   */
  Optional<String> complaint(SparkConf conf, int workersPerExecutor) {
    String master = conf.get("spark.master", "");
    boolean limited = master.startsWith("yarn") || master.startsWith("k8s");
    long need = engine + SPARK + workersPerExecutor * (parameters + batches + links);
    long limit = overhead(conf);
    if (!limited || need <= limit) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "An executor needs about %d MiB outside the Java heap (engine %d, parameters %d, batches %d, links %d, Spark %d"
                + " MiB; %d workers per executor), but its memory overhead is %d MiB, so that the cluster would kill it. Set"
                + " spark.executor.memoryOverhead to %dm or more.",
            need / MIB,
            engine / MIB,
            parameters / MIB,
            batches / MIB,
            links / MIB,
            SPARK / MIB,
            workersPerExecutor,
            limit / MIB,
            need / MIB + 64));
  }

  /** The executor's memory overhead as Spark works it out. */
  static long overhead(SparkConf conf) {
    if (conf.contains("spark.executor.memoryOverhead")) {
      return conf.getSizeAsMb("spark.executor.memoryOverhead") * MIB;
    }
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m");
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    return Math.max(least, (long) (factor * heap)) * MIB;
  }
}
