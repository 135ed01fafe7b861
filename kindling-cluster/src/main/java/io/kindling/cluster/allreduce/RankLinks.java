package io.kindling.cluster.allreduce;

import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Transport;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of one rank: a ring, in which frames come from the previous rank and go to the next,
 * and a link, used both ways, to each partner of the {@link DoublingSchedule}. Two ranks are
 * partners over the ring.
 */
final class RankLinks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RankLinks.class);

  private final Membership membership;
  private final Link next;
  private final Map<Integer, Link> partners = new HashMap<>();
  private Optional<Link> previous = Optional.empty();

  private RankLinks(Membership membership, Link next) {
    this.membership = membership;
    this.next = next;
  }

  /**
   * Links this rank to its neighbours and partners; all ranks do so at the same time.
   *
   * <p>Handshakes run in the listener's own thread, so ranks that connect to one another in a
   * circle do not wait for one another. Of two partners the higher rank connects, and after its
   * link in the ring: so the first link that comes from the previous rank is the ring's.
   */
  static RankLinks connect(
      Transport transport, Listener listener, Membership membership, Deadline deadline)
      throws LinkException {
    RankLinks links =
        new RankLinks(membership, connect(transport, membership, membership.nextRank(), deadline));
    try {
      for (int partner : links.schedule().partners()) {
        if (partner < links.rank() && links.worldSize() > 2) {
          links.partners.put(partner, connect(transport, membership, partner, deadline));
        }
      }
      links.acceptAll(listener, deadline);
      return links;
    } catch (LinkException | RuntimeException e) {
      links.close();
      throw e;
    }
  }

  int rank() {
    return membership.rank();
  }

  int worldSize() {
    return membership.worldSize();
  }

  int nextRank() {
    return membership.nextRank();
  }

  DoublingSchedule schedule() {
    return new DoublingSchedule(rank(), worldSize());
  }

  /** Received from only. */
  Link previous() {
    return previous.orElseThrow();
  }

  /** Sent to only. */
  Link next() {
    return next;
  }

  Link to(int partner) {
    return worldSize() == 2 ? next : partners.get(partner);
  }

  Link from(int partner) {
    return worldSize() == 2 ? previous() : partners.get(partner);
  }

  /** Links to the ranks that wait for this one. */
  Iterable<Link> outgoing() {
    return Stream.concat(Stream.of(next), partners.values().stream()).toList();
  }

  @Override
  public void close() {
    next.close();
    previous.ifPresent(Link::close);
    partners.values().forEach(Link::close);
  }

  private static Link connect(
      Transport transport, Membership membership, int rank, Deadline deadline)
      throws LinkException {
    return transport.connect(membership.addresses().get(rank), Party.rank(rank), deadline);
  }

  private void acceptAll(Listener listener, Deadline deadline) throws LinkException {
    for (OptionalInt missing = missing(); missing.isPresent(); missing = missing()) {
      Link link = accept(listener, missing.getAsInt(), deadline);
      if (!take(link)) {
        LOG.warn(
            "Rank {} expects rank {} and drops a link from {}.",
            rank(),
            missing.getAsInt(),
            link.describePeer());
        link.close();
      }
    }
  }

  /** A rank whose link has not come. */
  private OptionalInt missing() {
    return previous.isEmpty()
        ? OptionalInt.of(membership.previousRank())
        : schedule().partners().stream()
            .mapToInt(Integer::intValue)
            .filter(this::isMissing)
            .findFirst();
  }

  private boolean isMissing(int partner) {
    return worldSize() > 2 && !partners.containsKey(partner);
  }

  private boolean take(Link link) {
    Party peer = link.peer();
    if (previous.isEmpty() && peer.equals(Party.rank(membership.previousRank()))) {
      previous = Optional.of(link);
      return true;
    }
    boolean isPartner =
        peer.equals(Party.rank(peer.number()))
            && schedule().partners().contains(peer.number())
            && isMissing(peer.number());
    if (isPartner) {
      partners.put(peer.number(), link);
    }
    return isPartner;
  }

  private Link accept(Listener listener, int missing, Deadline deadline) throws LinkException {
    try {
      return listener.accept(deadline);
    } catch (LinkException e) {
      throw new LinkException(
          e.reason(),
          "Rank "
              + rank()
              + " waited "
              + deadline.waited()
              + " for rank "
              + missing
              + " ("
              + membership.addresses().get(missing)
              + ") to join the ring of generation "
              + membership.generation()
              + ".",
          e);
    }
  }
}
