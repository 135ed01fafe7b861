package io.kindling.spark.local;

import org.apache.spark.sql.SparkSession;

/** One {@code local[2]} session per JVM, for tests that need no executors of their own. */
public final class LocalSession {

  private LocalSession() {}

  public static synchronized SparkSession get() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("kindling-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/warehouse")
        .getOrCreate();
  }
}
