package io.kindling.cli;

import io.kindling.spark.local.LocalSparkHome;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** Which cluster a command runs on. */
final class SparkOptions {

  @Option(
      names = "--master",
      description =
          "Spark master; default: ${DEFAULT-VALUE}, a cluster of separate executor JVMs on this machine.",
      defaultValue = "local-cluster[2,1,1536]")
  private String master;

  @Option(
      names = "--conf",
      description = "A setting of Spark, key=value; may be repeated.",
      paramLabel = "<key=value>")
  private Map<String, String> conf = new LinkedHashMap<>();

  String master() {
    return master;
  }

  /** A session on the cluster; the caller stops it. */
  SparkSession session(String name) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("kindling " + name)
            .master(master)
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "8");
    if (master.startsWith("local-cluster")) {
      LocalSparkHome.fromEnvironment().settings().forEach(builder::config);
    }
    conf.forEach(builder::config);
    return builder.getOrCreate();
  }
}
