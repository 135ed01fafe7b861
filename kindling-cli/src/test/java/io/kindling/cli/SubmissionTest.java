package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionTest {

  private static final List<String> OURS = List.of("file:/k/kindling-cli.jar", "file:/k/tf.jar");
  private static final Path JOB = Path.of("/jobs/iris.yaml");

  @TempDir private Path folder;

  private static Submission to(String master) {
    return new Submission(
        master,
        Optional.empty(),
        Map.of(),
        List.of("org.postgresql:postgresql:42.7.4"),
        List.of(),
        List.of(),
        OURS,
        List.of(JOB));
  }

  private static Submission onYarn(Submission.DeployMode mode) {
    return new Submission(
        "yarn",
        Optional.of(mode),
        Map.of("spark.executor.memory", "4g"),
        List.of(),
        List.of(),
        List.of("a.jar"),
        OURS,
        List.of(JOB, Path.of("/jobs/nets/small.json")));
  }

  @Test
  void givesSparkSubmitWhatIsItsAndTheCommandTheRest() {
    assertThat(
            to("local[2]")
                .arguments(
                    List.of(
                        "train",
                        "--master",
                        "local[2]",
                        "--packages=org.postgresql:postgresql:42.7.4",
                        "--json",
                        JOB.toString())))
        .containsExactly(
            "--master",
            "local[2]",
            "--packages",
            "org.postgresql:postgresql:42.7.4",
            "--conf",
            "spark.kindling.submitted=true",
            "--class",
            "io.kindling.cli.Kindling",
            "spark-internal",
            "train",
            "--json",
            "/jobs/iris.yaml");
  }

  @Test
  void sendsFilesAlongWhereTheDriverRunsElsewhere() {
    assertThat(
            onYarn(Submission.DeployMode.cluster)
                .arguments(List.of("train", "--deploy-mode", "cluster", JOB.toString())))
        .containsExactly(
            "--master",
            "yarn",
            "--deploy-mode",
            "cluster",
            "--jars",
            "a.jar,file:/k/kindling-cli.jar,file:/k/tf.jar",
            "--files",
            "/jobs/iris.yaml,/jobs/nets/small.json",
            "--conf",
            "spark.executor.memory=4g",
            "--conf",
            "spark.kindling.submitted=true",
            "--class",
            "io.kindling.cli.Kindling",
            "spark-internal",
            "train",
            "iris.yaml");
    assertThat(onYarn(Submission.DeployMode.client).arguments(List.of("train", JOB.toString())))
        .doesNotContain("--files")
        .endsWith("train", "/jobs/iris.yaml");
  }

  @Test
  void leavesOurJarsToPackagesOfOurs() {
    Submission submission =
        new Submission(
            "spark://m:7077",
            Optional.empty(),
            Map.of(),
            List.of("io.kindling:kindling-cli:0.1.0"),
            List.of(),
            List.of(),
            OURS,
            List.of());

    assertThat(submission.arguments(List.of("score"))).doesNotContain("--jars");
    assertThat(to("spark://m:7077").arguments(List.of("score")))
        .contains("--jars", "file:/k/kindling-cli.jar,file:/k/tf.jar");
  }

  @Test
  void namesAllThatTheMachineLacks() throws IOException {
    assertThat(onYarn(Submission.DeployMode.cluster).missing(Map.of()))
        .containsExactly(
            "--master yarn needs an installation of Spark, for its client. Set SPARK_HOME to the"
                + " folder that holds bin/spark-submit.",
            "--master yarn needs the cluster's configuration. Set HADOOP_CONF_DIR to the folder that"
                + " holds yarn-site.xml.");
    assertThat(to("k8s://https://h:6443").missing(Map.of("SPARK_HOME", installation())))
        .containsExactly(
            "--master k8s://https://h:6443 needs an image to run. Add --conf"
                + " spark.kubernetes.container.image=….");
  }

  @Test
  void lacksNothingWhereAllIsThere() throws IOException {
    assertThat(onYarn(Submission.DeployMode.cluster).missing(ready())).isEmpty();
    assertThat(to("spark://m:7077").missing(Map.of())).isEmpty();
    assertThat(to("local[2]").missing(Map.of())).isEmpty();
  }

  @Test
  void prefersTheInstallationThatTheLauncherScriptWasStartedWith() throws IOException {
    String real = installation();

    assertThat(
            Submission.installation(
                Map.of("KINDLING_SPARK_HOME", real, "SPARK_HOME", "/tmp/links")))
        .contains(Path.of(real));
    assertThat(Submission.installation(Map.of("SPARK_HOME", folder.toString()))).isEmpty();
  }

  private Map<String, String> ready() throws IOException {
    return Map.of("SPARK_HOME", installation(), "HADOOP_CONF_DIR", "/etc/hadoop");
  }

  private String installation() throws IOException {
    Path home = folder.resolve("spark");
    Path script = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
    if (!Files.exists(script)) {
      Files.writeString(script, "#!/bin/sh\n");
      assertThat(script.toFile().setExecutable(true)).isTrue();
    }
    return home.toString();
  }
}
