package io.kindling.cli;

import io.kindling.spark.local.LocalSparkHome;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** Which cluster a command runs on. */
final class SparkOptions {

  private static final String LOCAL_CLUSTER = "local-cluster[2,1,1536]";

  private static final String JARS = "spark.jars";

  private static final Pattern OURS =
      Pattern.compile(
          "((kindling|tensorflow|javacpp|ndarray|picocli|protobuf-java)-.*|snakeyaml-[0-9].*)[.]jar");

  @Option(
      names = "--master",
      paramLabel = "<url>",
      description =
          "Spark master; default: the one spark-submit was given, else "
              + LOCAL_CLUSTER
              + ", a cluster of separate executor JVMs on this machine. With yarn or k8s://… the command"
              + " submits itself.")
  private String master = System.getProperty("spark.master", LOCAL_CLUSTER);

  @Option(
      names = "--conf",
      description = "A setting of Spark, key=value; may be repeated.",
      paramLabel = "<key=value>")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--packages",
      split = ",",
      paramLabel = "<group:artifact:version>",
      description =
          "Maven packages for driver and executors, with what they depend on, such as a data"
              + " source; the command then submits itself.")
  private List<String> packages = List.of();

  @Option(
      names = "--repositories",
      split = ",",
      paramLabel = "<url>",
      description = "Maven repositories to look for packages in, besides the usual ones.")
  private List<String> repositories = List.of();

  @Option(
      names = "--jars",
      split = ",",
      paramLabel = "<jar>",
      description = "Jars for driver and executors; the command then submits itself.")
  private List<String> jars = List.of();

  @Option(
      names = "--deploy-mode",
      paramLabel = "<mode>",
      description =
          "Where the driver runs: ${COMPLETION-CANDIDATES}; on the cluster, the files that a job"
              + " names travel with it.")
  private Submission.DeployMode deployMode;

  /** Whether the command is not for this JVM, but for one that spark-submit starts. */
  boolean areForSparkSubmit() {
    boolean isAsked =
        !packages.isEmpty()
            || !jars.isEmpty()
            || deployMode != null
            || Submission.needsInstallation(master);
    return isAsked && !isSubmitted();
  }

  /**
   * How the command is to be submitted.
   *
   * @param files that the command reads
   */
  Submission submission(List<Path> files) {
    return new Submission(
        master,
        Optional.ofNullable(deployMode),
        conf,
        packages,
        repositories,
        jars,
        jarsToSend(System.getProperty("java.class.path")),
        files);
  }

  /** A session on the cluster; the caller stops it. */
  SparkSession session(String name) {
    return session(name, master);
  }

  /** A session in this JVM alone, for what needs Spark's file systems and no executors. */
  SparkSession localSession(String name) {
    return session(name, "local[1]");
  }

  private SparkSession session(String name, String master) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("kindling " + name)
            .master(master)
            .config("spark.ui.showConsoleProgress", "false");
    if (master.startsWith("local")) {
      builder
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "8");
    }
    if (master.startsWith("local-cluster")) {
      LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    }
    conf.forEach(builder::config);
    if (!master.startsWith("local") && !isSubmitted()) {
      String jars = String.join(",", jarsToSend(System.getProperty("java.class.path")));
      builder.config(JARS, conf.containsKey(JARS) ? conf.get(JARS) + "," + jars : jars);
    }
    return builder.getOrCreate();
  }

  /** Whether spark-submit started this JVM; it sends the jars it was given itself. */
  private static boolean isSubmitted() {
    return Boolean.getBoolean(Submission.SUBMITTED)
        || !ClassLoader.getSystemClassLoader().equals(Kindling.class.getClassLoader());
  }

  /** The jars of a class path that a cluster's own Spark lacks. */
  static List<String> jarsToSend(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(jar -> OURS.matcher(String.valueOf(jar.getFileName())).matches())
        .map(jar -> jar.toUri().toString())
        .toList();
  }
}
