package io.kindling.spark.job;

import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.PortRange;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where workers and driver listen and how their links are protected, as Spark's own settings say.
 *
 * @param security encrypted as soon as any of Spark's own settings for encryption is on
 * @param driverHost where workers find the driver
 * @param bindHost where the driver listens
 * @param firstPort {@code spark.kindling.port}; 0 for any free port
 * @param portRetries {@code spark.port.maxRetries}: how many ports behind the first may be tried
 */
record LinkSettings(
    LinkSecurity security, String driverHost, String bindHost, int firstPort, int portRetries) {

  private static final Logger LOG = LoggerFactory.getLogger(LinkSettings.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  /** The settings any of which means that traffic must not be read on the way. */
  static final List<String> ENCRYPTING =
      List.of(
          "spark.authenticate",
          "spark.network.crypto.enabled",
          "spark.ssl.rpc.enabled",
          "spark.io.encryption.enabled",
          "spark.ssl.enabled");

  static LinkSettings of(SparkConf conf) {
    boolean encrypted = ENCRYPTING.stream().anyMatch(key -> conf.getBoolean(key, false));
    // A local master talks to this machine alone.
    boolean remote = !conf.get("spark.master", "").startsWith("local");
    boolean isRpcReadable =
        !conf.getBoolean("spark.network.crypto.enabled", false)
            && !conf.getBoolean("spark.ssl.rpc.enabled", false);
    if (remote && isRpcReadable && WARNED.compareAndSet(false, true)) {
      LOG.warn(
          "The job's secret travels with the task as openly as Spark's own messages. Turn on spark.authenticate with"
              + " spark.network.crypto.enabled, or spark.ssl.rpc.enabled, where strangers share the network.");
    }
    String host = conf.get("spark.driver.host");
    return new LinkSettings(
        encrypted ? LinkSecurity.ENCRYPTED : LinkSecurity.AUTHENTICATED,
        host,
        conf.get("spark.driver.bindAddress", host),
        conf.getInt("spark.kindling.port", 0),
        conf.getInt("spark.port.maxRetries", 16));
  }

  PortRange driverPorts() {
    return PortRange.of(bindHost, firstPort, portRetries);
  }
}
