package io.kindling.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFolderTest {

  @TempDir private Path root;
  private Path folder;

  @BeforeEach
  void fill() throws IOException {
    folder = Files.createDirectory(root.resolve("model"));
    Files.createDirectory(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/data"), "12345");
    Files.writeString(root.resolve("secret"), "s");
    Files.createSymbolicLink(folder.resolve("inner"), folder.resolve("sub/data"));
    Files.createSymbolicLink(folder.resolve("outer"), root.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("up"), root);
  }

  @Test
  void countsEachFileOnce() throws IOException {
    Files.createSymbolicLink(root.resolve("link"), folder);
    ModelFolder inside = new ModelFolder(root.resolve("link"), ModelLimits.defaults());
    Path file = inside.file("sub/data");
    assertThat(inside.size(file)).isEqualTo(5);
    assertThat(inside.file("inner")).isEqualTo(file);
    assertThat(inside.bytes()).isEqualTo(5);
    assertThat(inside.has("sub")).isTrue();
    assertThat(inside.has("other")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd, is an absolute path",
    "C:/data, is an absolute path",
    "../secret, climbs out of its folder",
    "sub/../../secret, climbs out of its folder",
    "outer, is a link that leads out of the model's folder",
    "up/secret, is a link that leads out of the model's folder",
    "sub\\data, is no name of a file",
    "sub, is no file",
    "missing, is missing",
    "'', is no name of a file"
  })
  void refusesWhatLeadsOut(String name, String text) throws IOException {
    ModelFolder inside = new ModelFolder(folder, ModelLimits.defaults());
    assertThatThrownBy(() -> inside.file(name))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining("path: '" + name + "' " + text);
  }

  /** A name without a folder lies in the working directory, and nothing is looked for elsewhere. */
  @ParameterizedTest
  @CsvSource({
    "../secret, climbs out of its folder",
    "/etc/passwd, is an absolute path",
    "'', is no name of a file"
  })
  void theFolderOfABareNameIsAFolderToo(String name, String text) throws IOException {
    ModelFolder inside = ModelFolder.of(Path.of("model.onnx"), ModelLimits.defaults());
    assertThat(inside.file("pom.xml")).isEqualTo(Path.of("pom.xml").toRealPath());
    assertThatThrownBy(() -> inside.file(name))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining("path: '" + name + "' " + text);
  }

  @Test
  void refusesMoreBytesThanTheLimit() throws IOException {
    ModelFolder inside = new ModelFolder(folder, ModelLimits.defaults().withBytes(4));
    assertThatThrownBy(() -> inside.file("sub/data"))
        .hasMessageContaining("size: the model's files have more than 4 bytes (limit 'bytes')");
  }
}
