package io.kindling.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.launcher.SparkLauncher;

/**
 * A command that spark-submit runs: with packages, or on a cluster whose clients come with an
 * installation of Spark.
 *
 * @param jars the user's
 * @param ourJars those that a cluster's own Spark lacks
 * @param files that the command reads; they travel along where the driver runs elsewhere
 */
record Submission(
    String master,
    Optional<DeployMode> deployMode,
    Map<String, String> conf,
    List<String> packages,
    List<String> repositories,
    List<String> jars,
    List<String> ourJars,
    List<Path> files) {

  /** Where the driver runs. */
  enum DeployMode {
    client,
    cluster
  }

  /** Set in the JVM that spark-submit starts. */
  static final String SUBMITTED = "spark.kindling.submitted";

  /** Where the launcher script keeps the SPARK_HOME that it was started with. */
  private static final String INSTALLATION = "KINDLING_SPARK_HOME";

  /** The command's options that spark-submit is given in its place. */
  private static final List<String> TAKEN =
      List.of("--master", "--packages", "--repositories", "--jars", "--deploy-mode");

  /** Whether a master's client is part of an installation only. */
  static boolean needsInstallation(String master) {
    return isYarn(master) || isKubernetes(master);
  }

  private static boolean isYarn(String master) {
    return master.equals("yarn");
  }

  private static boolean isKubernetes(String master) {
    return master.startsWith("k8s://");
  }

  private static boolean isLocal(String master) {
    return master.startsWith("local");
  }

  private boolean isOnCluster() {
    return deployMode.filter(DeployMode.cluster::equals).isPresent();
  }

  /**
   * What the machine lacks for it, all of it, as sentences; none where it can be submitted.
   *
   * @param environment variables
   */
  List<String> missing(Map<String, String> environment) {
    List<String> missing = new ArrayList<>();
    if (isLocal(master) && isOnCluster()) {
      missing.add(
          "--deploy-mode cluster needs a cluster, and --master is %s. Name one, or leave it out."
              .formatted(master));
    }
    if (needsInstallation(master) && installation(environment).isEmpty()) {
      missing.add(
          "--master %s needs an installation of Spark, for its client. Set SPARK_HOME to the folder that holds bin/spark-submit."
              .formatted(master));
    }
    if (isYarn(master)
        && !environment.containsKey("HADOOP_CONF_DIR")
        && !environment.containsKey("YARN_CONF_DIR")) {
      missing.add(
          "--master yarn needs the cluster's configuration. Set HADOOP_CONF_DIR to the folder that holds yarn-site.xml.");
    }
    if (isKubernetes(master) && !conf.containsKey("spark.kubernetes.container.image")) {
      missing.add(
          "--master %s needs an image to run. Add --conf spark.kubernetes.container.image=…."
              .formatted(master));
    }
    return missing;
  }

  /** The folder of an installation of Spark. */
  static Optional<Path> installation(Map<String, String> environment) {
    String folder = environment.getOrDefault(INSTALLATION, environment.get("SPARK_HOME"));
    return Optional.ofNullable(folder)
        .filter(each -> !each.isEmpty())
        .map(Path::of)
        .filter(each -> Files.isExecutable(each.resolve("bin").resolve("spark-submit")));
  }

  /**
   * The arguments of spark-submit.
   *
   * @param command the command's own arguments, as they were given
   */
  List<String> arguments(List<String> command) {
    List<String> arguments = new ArrayList<>(List.of("--master", master));
    deployMode.ifPresent(mode -> arguments.addAll(List.of("--deploy-mode", mode.name())));
    add(arguments, "--packages", packages);
    add(arguments, "--repositories", repositories);
    add(arguments, "--jars", allJars());
    if (isOnCluster()) {
      add(arguments, "--files", files.stream().map(Path::toString).toList());
    }
    conf.forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
    arguments.addAll(List.of("--conf", SUBMITTED + "=true"));
    arguments.addAll(List.of("--class", Kindling.class.getName(), SparkLauncher.NO_RESOURCE));
    arguments.addAll(own(command));
    return arguments;
  }

  /** Ours are there already on this machine, and among packages of ours. */
  private List<String> allJars() {
    List<String> all = new ArrayList<>(jars);
    if (!isLocal(master) && packages.stream().noneMatch(each -> each.startsWith("io.kindling:"))) {
      all.addAll(ourJars);
    }
    return all;
  }

  private static void add(List<String> arguments, String option, List<String> values) {
    if (!values.isEmpty()) {
      arguments.addAll(List.of(option, String.join(",", values)));
    }
  }

  /** Files that travel lie in the driver's working folder, under their last name. */
  private List<String> own(List<String> command) {
    List<String> own = new ArrayList<>();
    for (int i = 0; i < command.size(); i++) {
      String argument = command.get(i);
      if (TAKEN.contains(argument)) {
        i++;
      } else if (TAKEN.stream().noneMatch(each -> argument.startsWith(each + "="))) {
        boolean travels =
            isOnCluster() && files.stream().map(Path::toString).anyMatch(argument::equals);
        own.add(travels ? Path.of(argument).getFileName().toString() : argument);
      }
    }
    return own;
  }

  /**
   * Submits the command, waits for its end and passes its output through.
   *
   * @return the exit code of the driver, or of spark-submit where the driver runs elsewhere
   * @throws IllegalArgumentException if the machine lacks something; nothing has started then
   */
  int run(List<String> command) throws IOException, InterruptedException {
    List<String> missing = missing(System.getenv());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), missing));
    }
    // A local cluster takes our own Spark for an installation.
    Optional<Path> installation =
        isLocal(master) ? Optional.empty() : installation(System.getenv());
    List<String> all =
        new ArrayList<>(
            installation
                .map(home -> List.of(home.resolve("bin").resolve("spark-submit").toString()))
                .orElseGet(Submission::ownSparkSubmit));
    all.addAll(arguments(command));
    ProcessBuilder builder = new ProcessBuilder(all).inheritIO();
    installation.ifPresent(home -> builder.environment().put("SPARK_HOME", home.toString()));
    Process process = builder.start();
    // A JVM that is stopped runs no finally.
    Thread stop = new Thread(process::destroy, "kindling-submission-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    return process.waitFor();
  }

  private static List<String> ownSparkSubmit() {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    java.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), "org.apache.spark.deploy.SparkSubmit"));
    return java;
  }
}
