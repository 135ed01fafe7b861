package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.testing.FreshJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster says whose master Kindling cannot ask for its size. */
class StandaloneIT {

  @TempDir private Path folder;

  @Test
  void saysHowManyWorkersCameInTime() throws Exception {
    assertThat(FreshJvm.run(folder, TrainOnStandalone.class, "2", "cpu"))
        .containsExactly(
            "IllegalArgumentException: Failed to place 2 workers: the cluster has 1 executors with 1 task slots"
                + " after 15 s. Ask for fewer workers with setNumWorkers, or for more executors or cores.");
  }

  /** A script in the place of Spark's own, which asks NVIDIA's driver. */
  @Test
  void aGpuThatSparkGivesButTheEngineDoesNotSeeIsAnErrorThatSaysWhichJarIsMissing()
      throws Exception {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));

    List<String> printed =
        FreshJvm.run(
            folder,
            TrainOnStandalone.class,
            "1",
            "gpu",
            "spark.worker.resource.gpu.amount=1",
            "spark.worker.resource.gpu.discoveryScript=" + script,
            "spark.executor.resource.gpu.amount=1",
            "spark.executor.resource.gpu.discoveryScript=" + script,
            "spark.task.resource.gpu.amount=1");

    assertThat(printed.get(0))
        .startsWith("TrainingFailedException: ")
        .contains(
            "TensorFlow sees none of the GPUs [0] in this process. Put its library for GPUs on the class path, the"
                + " jar tensorflow-core-native-1.1.0-linux-x86_64-gpu in the place of ");
  }
}
