package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.LinkException;

/** Where ranks meet before they link. */
public interface Rendezvous {

  /**
   * Announces a rank and waits until all ranks of its world are there.
   *
   * @param listenAddress where the other ranks reach this one; it must listen already
   * @throws LinkException if the rank is refused, or not all came before the deadline
   */
  Membership join(int rank, Address listenAddress, Deadline deadline) throws LinkException;
}
