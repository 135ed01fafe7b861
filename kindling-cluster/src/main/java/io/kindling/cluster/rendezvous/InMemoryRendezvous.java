package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.LinkException;
import io.kindling.training.Position;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A meeting place for ranks that are threads of one process. */
public final class InMemoryRendezvous {

  private final String job;
  private final int generation;
  private final int worldSize;
  private final List<String> processes;
  private final Map<Integer, Address> joined = new TreeMap<>();
  private final CountDownLatch missing;

  /** Of ranks that know nothing of sharing their process. */
  public InMemoryRendezvous(String job, int generation, int worldSize) {
    this(job, generation, IntStream.range(0, worldSize).mapToObj(Integer::toString).toList());
  }

  /**
   * @param processes what each rank takes for its process, by rank
   */
  public InMemoryRendezvous(String job, int generation, List<String> processes) {
    this.job = job;
    this.generation = generation;
    this.worldSize = processes.size();
    this.processes = List.copyOf(processes);
    this.missing = new CountDownLatch(worldSize);
  }

  /**
   * Announces a rank and waits until all ranks of its world are there.
   *
   * @param listenAddress where the other ranks reach this one; it must listen already
   * @throws LinkException if the rank is refused, or not all came before the deadline
   */
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

    return new Membership(
        job,
        generation,
        rank,
        addresses(),
        Collections.nCopies(worldSize, new Position(0, 0)),
        processes);
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
