package io.kindling.examples.stream;

import io.kindling.spark.local.LocalSparkHome;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * {@link ScoreAStream} on two executors of its own. Arguments: what makes a {@code ScoreAStream},
 * and {@code end} to end when all rows that are there are scored.
 */
final class ScoreUntilKilled {

  private ScoreUntilKilled() {}

  public static void main(String[] arguments) throws Exception {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local-cluster[2,1,1024]")
            .config("spark.ui.enabled", "false")
            // One for all drivers, so that the engine's library is unpacked once.
            .config("spark.local.dir", arguments[3] + "-local")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.streaming.pollingDelay", "100ms")
            // However many executors are killed, the application gets others.
            .config("spark.deploy.maxExecutorRetries", "-1");
    LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    SparkSession spark = builder.getOrCreate();
    ScoreAStream stream = new ScoreAStream(arguments[0], arguments[1], arguments[2], arguments[3]);
    boolean ends = arguments.length > 4 && arguments[4].equals("end");
    int status = 1;
    try {
      stream.run(spark, ends ? Trigger.AvailableNow() : Trigger.ProcessingTime(0));
      spark.stop();
      status = 0;
    } catch (StreamingQueryException e) {
      System.err.println(e);
    }
    System.exit(status); // Spark's threads would keep an application alive that has failed
  }
}
