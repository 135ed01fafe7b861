package io.kindling.cluster.transport;

/**
 * Where a listener may bind: a host and the ports to try in order.
 *
 * <p>Firewalls want a narrow range, tests want any free port; the first free port of the range is
 * taken.
 *
 * @param firstPort the port tried first, or 0 for any free port
 * @param ports how many ports to try from there on
 */
public record PortRange(String host, int firstPort, int ports) {

  public PortRange {
    if (host.isBlank()) {
      throw new IllegalArgumentException("Invalid host ''. Use a host name or an IP address.");
    }

    if (firstPort < 0 || ports < 1 || firstPort + ports - 1 > 65535) {
      throw new IllegalArgumentException(
          "Invalid port range of "
              + ports
              + " from "
              + firstPort
              + ". Use ports 1 to 65535, or 0 for any free port.");
    }
  }

  /** Any free port of the host. */
  public static PortRange anyOn(String host) {
    return new PortRange(host, 0, 1);
  }

  /** The first port and as many after it as there are retries, as Spark counts them. */
  public static PortRange of(String host, int firstPort, int retries) {
    if (firstPort == 0) {
      return anyOn(host);
    }

    return new PortRange(host, firstPort, Math.min(retries, 65535 - firstPort) + 1);
  }

  @Override
  public String toString() {
    if (firstPort == 0) {
      return "any port of " + host;
    }

    return ports == 1
        ? host + ":" + firstPort
        : "ports " + firstPort + " to " + (firstPort + ports - 1) + " of " + host;
  }
}
