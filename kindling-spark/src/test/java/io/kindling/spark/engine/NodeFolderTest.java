package io.kindling.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeFolderTest {

  @Test
  void isTheFirstOfYarn() {
    assertThat(
            NodeFolder.first(
                Map.of("LOCAL_DIRS", "/yarn/1,/yarn/2", "SPARK_LOCAL_DIRS", "/spark"), "/set"))
        .isEqualTo("/yarn/1");
  }

  @Test
  void isWhereTheEnvironmentSaysBeforeTheSettings() {
    assertThat(NodeFolder.first(Map.of("SPARK_LOCAL_DIRS", "/spark/1,/spark/2"), "/set"))
        .isEqualTo("/spark/1");
  }

  @Test
  void isWhereTheSettingsSay() {
    assertThat(NodeFolder.first(Map.of(), "/set/1,/set/2")).isEqualTo("/set/1");
  }

  @Test
  void isJavasTemporaryOneWhereNobodySaysAnything() {
    assertThat(NodeFolder.first(Map.of("LOCAL_DIRS", " "), ""))
        .isEqualTo(System.getProperty("java.io.tmpdir"));
  }
}
