package io.kindling.cli;

import io.kindling.spark.local.LocalSparkHome;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** Which cluster a command runs on. */
final class SparkOptions {

  private static final String LOCAL_CLUSTER = "local-cluster[2,1,1536]";

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
    return builder.getOrCreate();
  }
}
