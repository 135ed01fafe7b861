package io.kindling.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExecutorEngineTest {

  private static final String FOLDER = "kindling-native-" + System.getProperty("user.name");

  @Test
  void unpacksInTheFirstFolderOfYarn() {
    assertThat(
            ExecutorEngine.unpackFolder(
                Map.of("LOCAL_DIRS", "/yarn/1,/yarn/2", "SPARK_LOCAL_DIRS", "/spark"), "/set"))
        .isEqualTo(Path.of("/yarn/1", FOLDER));
  }

  @Test
  void unpacksWhereTheEnvironmentSaysBeforeTheSettings() {
    assertThat(ExecutorEngine.unpackFolder(Map.of("SPARK_LOCAL_DIRS", "/spark/1,/spark/2"), "/set"))
        .isEqualTo(Path.of("/spark/1", FOLDER));
  }

  @Test
  void unpacksWhereTheSettingsSay() {
    assertThat(ExecutorEngine.unpackFolder(Map.of(), "/set/1,/set/2"))
        .isEqualTo(Path.of("/set/1", FOLDER));
  }

  @Test
  void unpacksInJavasTemporaryFolderWhereNobodySaysAnything() {
    assertThat(ExecutorEngine.unpackFolder(Map.of("LOCAL_DIRS", " "), ""))
        .isEqualTo(Path.of(System.getProperty("java.io.tmpdir"), FOLDER));
  }
}
