package io.kindling.spark.engine;

import io.kindling.engine.Engine;
import io.kindling.spark.input.Device;
import io.kindling.spark.scoring.EngineFactory;
import io.kindling.tensorflow.NativeLibrary;
import io.kindling.tensorflow.TensorFlowEngine;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The engine of this JVM, and of a device, for training and scoring alike. TensorFlow's threads
 * belong to the process, and whoever comes first sets their number; so everyone asks here, with the
 * number of cores of the executor.
 *
 * @param threads of the engine, where it is not there yet
 * @param device with GPUs, those that Spark has given to the task that comes first
 */
public record ExecutorEngine(int threads, Device device) implements EngineFactory {

  private static final long serialVersionUID = 1;

  private static final Map<Device, TensorFlowEngine> ENGINES = new EnumMap<>(Device.class);

  @Override
  public Engine engine() {
    synchronized (ExecutorEngine.class) {
      return ENGINES.computeIfAbsent(device, unused -> open());
    }
  }

  private TensorFlowEngine open() {
    unpackLibrary();
    TensorFlowEngine engine = TensorFlowEngine.withThreads(threads);
    return device == Device.GPU ? engine.onGpus(gpusOfTask()) : engine;
  }

  /** Unpacks TensorFlow's library once per node; to be called before anything else of it. */
  public static void unpackLibrary() {
    NativeLibrary.unpackUnder(NativeLibrary.folderUnder(NodeFolder.first()));
  }

  /** Bytes of native memory that the programs of this process hold. */
  public static long nativeBytes() {
    synchronized (ExecutorEngine.class) {
      return ENGINES.values().stream().mapToLong(engine -> engine.memory().bytes()).sum();
    }
  }

  /**
   * The GPUs that Spark's resource scheduling has given to this task, as CUDA counts them.
   *
   * @throws IllegalStateException if it has given none
   */
  public static List<Integer> gpusOfTask() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpus = task == null ? null : task.resourcesJMap().get("gpu");
    if (gpus == null) {
      throw new IllegalStateException(
          "Spark has given no GPU to this task. " + GpuSettings.howToGetGpus());
    }
    return Arrays.stream(gpus.addresses()).map(ExecutorEngine::number).toList();
  }

  private static int number(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "Spark gives a GPU with the address '"
              + address
              + "', and the engine counts GPUs as CUDA does, from 0. Use a discovery script that gives numbers, as"
              + " Spark's getGpusResources.sh does.",
          e);
    }
  }
}
