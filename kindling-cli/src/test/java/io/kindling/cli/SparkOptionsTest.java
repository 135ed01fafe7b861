package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import org.junit.jupiter.api.Test;

class SparkOptionsTest {

  @Test
  void sendsTheJarsThatAClusterLacks() {
    String classPath =
        String.join(
            File.pathSeparator,
            "/k/kindling-cli-0.1.0.jar",
            "/k/classes",
            "/m/spark-core_2.13-4.1.0.jar",
            "/m/tensorflow-core-native-1.1.0-linux-x86_64.jar",
            "/m/jackson-databind-2.20.0.jar",
            "/m/snakeyaml-2.4.jar",
            "/m/snakeyaml-engine-2.10.jar",
            "/m/netty-codec-protobuf-4.2.7.jar",
            "/m y/protobuf-java-4.33.0.jar",
            "");

    assertThat(SparkOptions.jarsToSend(classPath))
        .containsExactly(
            "file:///k/kindling-cli-0.1.0.jar",
            "file:///m/tensorflow-core-native-1.1.0-linux-x86_64.jar",
            "file:///m/snakeyaml-2.4.jar",
            "file:///m%20y/protobuf-java-4.33.0.jar");
  }
}
