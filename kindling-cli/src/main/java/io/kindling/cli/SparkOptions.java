package io.kindling.cli;

import io.kindling.spark.local.LocalSparkHome;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** Which cluster a command runs on. */
final class SparkOptions {

  private static final String LOCAL_CLUSTER = "local-cluster[2,1,1536]";

  private static final String JARS = "spark.jars";

  private static final Pattern OURS =
      Pattern.compile(
          "(kindling|tensorflow|javacpp|ndarray|picocli|jackson-dataformat-yaml|snakeyaml"
              + "|protobuf-java)-.*[.]jar");

  @Option(
      names = "--master",
      description =
          "Spark master; default: the one spark-submit was given, else "
              + LOCAL_CLUSTER
              + ", a cluster of separate executor JVMs on this machine.")
  private String master = System.getProperty("spark.master", LOCAL_CLUSTER);

  @Option(
      names = "--conf",
      description = "A setting of Spark, key=value; may be repeated.",
      paramLabel = "<key=value>")
  private Map<String, String> conf = new LinkedHashMap<>();

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
      String jars = jarsToSend(System.getProperty("java.class.path"));
      builder.config(JARS, conf.containsKey(JARS) ? conf.get(JARS) + "," + jars : jars);
    }
    return builder.getOrCreate();
  }

  /** Whether spark-submit started this JVM; it sends the jars it was given itself. */
  private static boolean isSubmitted() {
    return !ClassLoader.getSystemClassLoader().equals(Kindling.class.getClassLoader());
  }

  /** The jars of a class path that a cluster's own Spark lacks, as {@code spark.jars} has them. */
  static String jarsToSend(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(jar -> OURS.matcher(String.valueOf(jar.getFileName())).matches())
        .map(jar -> jar.toUri().toString())
        .collect(Collectors.joining(","));
  }
}
