package io.kindling.cluster.transport;

/** Where a party listens. The host is resolved by whoever connects, not by whoever passes it on. */
public record Address(String host, int port) {

  public Address {
    if (host.isBlank()) {
      throw new IllegalArgumentException("Invalid host ''. Use a host name or an IP address.");
    }

    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("Invalid port " + port + ". Use 1 to 65535.");
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
