package io.kindling.spark.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSparkHomeTest {

  @TempDir private Path temporary;

  @Test
  void linksJarsAndPacksClasses() throws Exception {
    Path one = Files.createDirectories(temporary.resolve("one")).resolve("a.jar");
    Path other = Files.createDirectories(temporary.resolve("other")).resolve("a.jar");
    Files.writeString(one, "1");
    Files.writeString(other, "2");
    Path classes = Files.createDirectories(temporary.resolve("classes/io/x"));
    Files.writeString(classes.resolve("Y.class"), "y");

    String classPath =
        String.join(
            File.pathSeparator,
            one.toString(),
            temporary.resolve("classes").toString(),
            other.toString(),
            temporary.resolve("missing").toString());
    LocalSparkHome home = LocalSparkHome.fill(temporary.resolve("home"), classPath);
    LocalSparkHome again = LocalSparkHome.fill(temporary.resolve("home"), classPath);

    assertThat(again.settings()).isEqualTo(home.settings());
    try (Stream<Path> jars = Files.list(temporary.resolve("home/jars"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .containsExactlyInAnyOrder("a.jar", "001-classes.jar", "002-a.jar");
    }
    assertThat(temporary.resolve("home/jars/a.jar")).hasContent("1");
    try (JarFile jar = new JarFile(temporary.resolve("home/jars/001-classes.jar").toFile())) {
      assertThat(jar.getEntry("io/x/Y.class")).isNotNull();
    }
  }
}
