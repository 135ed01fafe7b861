package io.kindling.cluster.allreduce;

import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of one rank: frames come from the previous rank and go to the next.
 *
 * @param previous received from only
 * @param next sent to only
 */
record Ring(Membership membership, Link previous, Link next) implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ring.class);

  /**
   * Links this rank to both neighbours; all ranks do so at the same time.
   *
   * <p>Handshakes run in the listener's own thread, so ranks that connect to one another in a
   * circle do not wait for one another.
   */
  static Ring connect(
      Transport transport, Listener listener, Membership membership, Deadline deadline)
      throws LinkException {
    int nextRank = membership.nextRank();
    Link next =
        transport.connect(membership.addresses().get(nextRank), Party.rank(nextRank), deadline);
    try {
      return new Ring(membership, acceptPrevious(listener, membership, deadline), next);
    } catch (LinkException | RuntimeException e) {
      next.close();
      throw e;
    }
  }

  int rank() {
    return membership.rank();
  }

  @Override
  public void close() {
    next.close();
    previous.close();
  }

  private static Link acceptPrevious(Listener listener, Membership membership, Deadline deadline)
      throws LinkException {
    Party previous = Party.rank(membership.previousRank());
    while (true) {
      Link link = accept(listener, membership, deadline);
      if (link.peer().equals(previous)) {
        return link;
      }

      LOG.warn(
          "Rank {} expects {} in the ring and drops a link from {}.",
          membership.rank(),
          previous,
          link.describePeer());
      link.close();
    }
  }

  private static Link accept(Listener listener, Membership membership, Deadline deadline)
      throws LinkException {
    try {
      return listener.accept(deadline);
    } catch (LinkException e) {
      throw new LinkException(
          e.reason(),
          "Rank "
              + membership.rank()
              + " waited "
              + deadline.waited()
              + " for rank "
              + membership.previousRank()
              + " ("
              + membership.addresses().get(membership.previousRank())
              + ") to join the ring of generation "
              + membership.generation()
              + ".",
          e);
    }
  }
}
