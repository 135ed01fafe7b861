package io.kindling.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedDataTest {

  @TempDir private Path folder;

  @Test
  void thePropertyNamesTheFolder() {
    assertThat(SharedData.folder("/somewhere/else", folder)).isEqualTo(Path.of("/somewhere/else"));
  }

  @Test
  void liesBesideTheProjectsRootWhereThePropertyIsEmpty() throws IOException {
    Path root = Files.createDirectory(folder.resolve("project"));
    Path module = Files.createDirectory(root.resolve("module"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createFile(module.resolve("pom.xml"));

    assertThat(SharedData.folder("", module)).isEqualTo(folder.resolve("shared"));
    assertThat(SharedData.folder(null, module)).isEqualTo(folder.resolve("shared"));
  }

  @Test
  void isAbsentWhereTheFolderHoldsNoData() {
    assertThat(SharedData.isPresent(folder.resolve("shared"))).isFalse();
  }

  @Test
  void namesThePropertyWhereSomethingIsAbsent() {
    assertThatThrownBy(() -> SharedData.path("no/such/file.csv"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Cannot read the shared data 'no/such/file.csv': ")
        .hasMessageEndingWith("Name its folder with -Dkindling.shared=<folder>.");
  }

  @Test
  @NeedsShared
  void readsTheSharedDataWhereItIsThere() {
    assertThat(SharedData.path("README.md")).isRegularFile();
  }
}
