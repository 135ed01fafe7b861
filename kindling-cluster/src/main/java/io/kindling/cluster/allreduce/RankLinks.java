package io.kindling.cluster.allreduce;

import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Transport;
import java.util.HashMap;
import java.util.List;
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
 *
 * <p>Where one rank speaks for all of its process, only those that speak are in the ring, and the
 * ranks counted here are their places in it.
 */
final class RankLinks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RankLinks.class);

  private final Membership membership;
  private final List<Integer> ring; // the members' ranks
  private final Link next;
  private final Map<Integer, Link> partners = new HashMap<>();
  private Optional<Link> previous = Optional.empty();

  private RankLinks(Membership membership, List<Integer> ring, Link next) {
    this.membership = membership;
    this.ring = ring;
    this.next = next;
  }

  /**
   * Links this rank to its neighbours and partners; all ranks do so at the same time.
   *
   * <p>Handshakes run in the listener's own thread, so ranks that connect to one another in a
   * circle do not wait for one another. Of two partners the higher rank connects, and after its
   * link in the ring: so the first link that comes from the previous rank is the ring's.
   *
   * @param ring the ranks that link, this one among them, by rising numbers
   */
  static RankLinks connect(
      Transport transport,
      Listener listener,
      Membership membership,
      List<Integer> ring,
      Deadline deadline)
      throws LinkException {
    int next = ring.get((ring.indexOf(membership.rank()) + 1) % ring.size());
    RankLinks links =
        new RankLinks(membership, ring, connect(transport, membership, next, deadline));
    try {
      for (int partner : links.schedule().partners()) {
        if (partner < links.rank() && links.worldSize() > 2) {
          links.partners.put(partner, connect(transport, membership, ring.get(partner), deadline));
        }
      }
      links.acceptAll(listener, deadline);
      return links;
    } catch (LinkException | RuntimeException e) {
      links.close();
      throw e;
    }
  }

  /** This rank's place in the ring. */
  int rank() {
    return ring.indexOf(membership.rank());
  }

  int worldSize() {
    return ring.size();
  }

  int nextRank() {
    return (rank() + 1) % worldSize();
  }

  private int previousRank() {
    return (rank() + worldSize() - 1) % worldSize();
  }

  /** The rank that others know this one by. */
  int self() {
    return membership.rank();
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
      int rank = ring.get(missing.getAsInt());
      Link link = accept(listener, rank, deadline);
      if (!take(link)) {
        LOG.warn(
            "Rank {} expects rank {} and drops a link from {}.", self(), rank, link.describePeer());
        link.close();
      }
    }
  }

  /** The place of one whose link has not come. */
  private OptionalInt missing() {
    return previous.isEmpty()
        ? OptionalInt.of(previousRank())
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
    if (previous.isEmpty() && peer.equals(Party.rank(ring.get(previousRank())))) {
      previous = Optional.of(link);
      return true;
    }
    int place = ring.indexOf(peer.number());
    boolean isPartner =
        peer.equals(Party.rank(peer.number()))
            && schedule().partners().contains(place)
            && isMissing(place);
    if (isPartner) {
      partners.put(place, link);
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
              + self()
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
