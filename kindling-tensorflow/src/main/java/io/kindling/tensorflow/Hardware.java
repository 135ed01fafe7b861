package io.kindling.tensorflow;

import java.util.List;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * What an engine computes with.
 *
 * @param gpus numbers of the graphics processors, as CUDA counts them; none for the processor alone
 */
record Hardware(ProcessThreads threads, List<Integer> gpus) {

  Hardware {
    gpus = List.copyOf(gpus);
  }

  boolean hasGpus() {
    return !gpus.isEmpty();
  }

  /** As a session takes it; where there are no GPUs, one that the library finds is left alone. */
  ConfigProto toConfig() {
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads.count())
            .setInterOpParallelismThreads(1);
    if (!hasGpus()) {
      return config.setAllowSoftPlacement(true).putDeviceCount("GPU", 0).build();
    }
    String visible = String.join(",", gpus.stream().map(String::valueOf).toList());
    return config
        .setAllowSoftPlacement(true)
        .setGpuOptions(GPUOptions.newBuilder().setVisibleDeviceList(visible).setAllowGrowth(true))
        .build();
  }

  /** What to do where GPUs are asked for and none is seen. */
  String howToSeeGpus() {
    return "TensorFlow sees none of the GPUs "
        + gpus
        + " in this process. Put its library for GPUs on the class path, the jar"
        + " tensorflow-core-native-1.1.0-linux-x86_64-gpu in the place of"
        + " tensorflow-core-native-1.1.0-linux-x86_64 (in spark.jars or --packages), and see that the"
        + " node has NVIDIA's driver, CUDA 12 and cuDNN 9; or compute without GPUs.";
  }
}
