package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.LinkException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A meeting place for ranks that are threads of one process. */
public final class InMemoryRendezvous implements Rendezvous {

  private final String job;
  private final int generation;
  private final int worldSize;
  private final Map<Integer, Address> joined = new TreeMap<>();
  private final CountDownLatch missing;

  public InMemoryRendezvous(String job, int generation, int worldSize) {
    this.job = job;
    this.generation = generation;
    this.worldSize = worldSize;
    this.missing = new CountDownLatch(worldSize);
  }

  @Override
  public Membership join(int rank, Address listenAddress, Deadline deadline) throws LinkException {
    add(rank, listenAddress);
    try {
      if (!missing.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw new LinkException(
            LinkException.Reason.TIMEOUT,
            "Rank "
                + rank
                + " waited "
                + deadline.waited()
                + " for all ranks to join; "
                + missing.getCount()
                + " of "
                + worldSize
                + " did not.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException(
          LinkException.Reason.CLOSED,
          "Rank " + rank + " was interrupted while it waited for all ranks to join.",
          e);
    }

    return new Membership(job, generation, rank, addresses());
  }

  private synchronized void add(int rank, Address address) throws LinkException {
    if (rank < 0 || rank >= worldSize) {
      throw new LinkException(LinkException.Reason.REFUSED, Joining.outside(rank, worldSize));
    }

    Address earlier = joined.putIfAbsent(rank, address);
    if (earlier != null) {
      throw new LinkException(
          LinkException.Reason.REFUSED, Joining.duplicate(rank, earlier, address));
    }

    missing.countDown();
  }

  private synchronized List<Address> addresses() {
    return new ArrayList<>(joined.values());
  }
}
