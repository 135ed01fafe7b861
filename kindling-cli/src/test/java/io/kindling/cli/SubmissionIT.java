package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that hand themselves to spark-submit, with a package out of a repository of files. */
class SubmissionIT {

  private static final String SOURCE =
      """
      package com.example;
      public final class Taste {
        public static boolean isSweet(double sugar) {
          return sugar > 2;
        }
      }
      """;

  private static final String POM =
      """
      <project>
        <modelVersion>4.0.0</modelVersion>
        <groupId>com.example</groupId>
        <artifactId>taste</artifactId>
        <version>1.0</version>
      </project>
      """;

  @TempDir private Path folder;

  /** Driver and executors have the package's class: SQL calls it, for every row. */
  @Test
  void trainsOnALocalClusterWithAPackage() throws IOException {
    Path repository = repository();
    Path rows = folder.resolve("rows.csv");
    Files.writeString(rows, "sugar,label\n" + "0.5,0\n3.5,1\n1.5,0\n2.5,1\n".repeat(8));
    Path model = folder.resolve("model");
    Path job =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            data:
              train:
                format: csv
                path: %s
                header: true
                inferSchema: true
                where: label = 1 OR java_method('com.example.Taste', 'isSweet', sugar) = 'false'
            features: {numeric: [sugar]}
            network: [input, {dense: {units: 2}}]
            epochs: 2
            workers: 2
            output: {model: %s}
            """
                .formatted(rows, model));

    assertThat(submit(repository, "train", job.toString())).isZero();
    assertThat(model.resolve("metadata")).exists();
    // The driver's exit code is the command's.
    assertThat(submit(repository, "train", job.toString())).isEqualTo(Kindling.FAILED);
  }

  private int submit(Path repository, String command, String argument) {
    return Outcome.of(
            command,
            "--master",
            "local-cluster[2,1,1024]",
            "--packages",
            "com.example:taste:1.0",
            "--repositories",
            repository.toUri().toString(),
            "--conf",
            "spark.jars.ivy=" + folder.resolve("ivy"),
            argument)
        .exitCode();
  }

  private Path repository() throws IOException {
    Path source = folder.resolve("com/example/Taste.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, SOURCE);
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
        .isZero();
    Path repository = folder.resolve("repository");
    Path artifact = Files.createDirectories(repository.resolve("com/example/taste/1.0"));
    Files.writeString(artifact.resolve("taste-1.0.pom"), POM);
    try (OutputStream out = Files.newOutputStream(artifact.resolve("taste-1.0.jar"));
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new ZipEntry("com/example/Taste.class"));
      Files.copy(folder.resolve("com/example/Taste.class"), jar);
      jar.closeEntry();
    }
    return repository;
  }
}
