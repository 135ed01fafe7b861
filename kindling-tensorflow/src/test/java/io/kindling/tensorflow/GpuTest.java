package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.EngineException;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be said of GPUs on a machine without one. */
class GpuTest {

  @Test
  void saysWhichJarIsMissingWhereNoGpuIsSeen() {
    TensorFlowEngine engine = TensorFlowEngine.withProcessThreads().onGpus(List.of(0));
    Network network = Network.sequential(Input.of("x", 2), Dense.of(1));
    assertThatThrownBy(() -> engine.compile(network))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "TensorFlow sees none of the GPUs [0] in this process. Put its library for GPUs on the class path, the"
                + " jar tensorflow-core-native-1.1.0-linux-x86_64-gpu in the place of"
                + " tensorflow-core-native-1.1.0-linux-x86_64 (in spark.jars or --packages), and see that the"
                + " node has NVIDIA's driver, CUDA 12 and cuDNN 9; or compute without GPUs.");
    assertThat(engine.memory().bytes()).isZero();
  }

  @Test
  void givesASessionItsOwnGpusAndNoOthers() {
    Hardware two = new Hardware(ProcessThreads.decided(), List.of(1, 3));
    assertThat(two.toConfig().getGpuOptions().getVisibleDeviceList()).isEqualTo("1,3");
    assertThat(two.toConfig().getGpuOptions().getAllowGrowth()).isTrue();
    Hardware none = new Hardware(ProcessThreads.decided(), List.of());
    assertThat(none.toConfig().getDeviceCountMap()).containsEntry("GPU", 0);
  }
}
