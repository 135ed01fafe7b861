package io.kindling.cluster.transport;

import java.io.Serializable;

/**
 * How a party reaches another that listens somewhere: there, unless something stands in between,
 * such as the faulty networks of tests.
 */
@FunctionalInterface
public interface Route extends Serializable {

  /** Where to connect, to reach a peer that says it listens at an address. */
  Address to(Address address, Party peer);

  /** The address itself. */
  static Route direct() {
    return (address, peer) -> address;
  }
}
