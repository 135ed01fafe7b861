package io.kindling.spark.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  @Test
  void leavesAnInstallationOfSparkAlone() throws Exception {
    Path jar = file("installation/jars/spark-core_2.13-4.1.0.jar");
    Path link = Files.createSymbolicLink(jar.resolveSibling("linked.jar"), jar);

    assertRefused(temporary.resolve("installation"));
    assertThat(jar).hasContent("x");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(temporary.resolve("installation/jars/a.jar")).doesNotExist();
  }

  @Test
  void knowsAnInstallationWhoseJarsAreLinks() throws Exception {
    Path jar = file("elsewhere/spark-core.jar");
    for (String mark : new String[] {"RELEASE", "bin/spark-submit"}) {
      Path home = temporary.resolve(mark.replace('/', '-'));
      Files.createDirectories(home.resolve(mark).getParent());
      Files.writeString(home.resolve(mark), "x");
      Path link =
          Files.createSymbolicLink(
              Files.createDirectories(home.resolve("jars")).resolve("spark-core.jar"), jar);

      assertRefused(home);
      assertThat(Files.isSymbolicLink(link)).as(mark).isTrue();
    }
  }

  @Test
  void deletesNothingButLinksAndPackedClasses() throws Exception {
    Path notes = file("home/jars/notes.txt");
    Path old = file("home/jars/007-classes.jar");

    LocalSparkHome.fill(temporary.resolve("home"), file("a.jar").toString());

    assertThat(notes).hasContent("x");
    assertThat(old).doesNotExist();
  }

  private void assertRefused(Path home) throws Exception {
    String classPath = file("a.jar").toString();
    assertThatThrownBy(() -> LocalSparkHome.fill(home, classPath))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot use "
                + home
                + " as a folder for a local cluster: it is an installation of Spark. Set"
                + " SPARK_HOME to an empty folder.");
  }

  private Path file(String name) throws Exception {
    Path file = temporary.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }
}
