package io.kindling.spark.local;

import org.apache.spark.sql.SparkSession;

/**
 * One session on {@code local-cluster[3,1,1024]} per JVM: a driver and three executors in JVMs of
 * their own. For tests named {@code *IT}; it does not go together with {@link LocalSession} in one
 * JVM. Stopped when the JVM exits.
 */
public final class LocalClusterSession {

  private LocalClusterSession() {}

  public static synchronized SparkSession get() {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local-cluster[3,1,1024]")
            .appName("kindling-cluster-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2");
    if (SparkSession.getDefaultSession().isEmpty()) {
      LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    }
    return builder.getOrCreate();
  }
}
