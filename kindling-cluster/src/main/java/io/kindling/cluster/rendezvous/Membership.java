package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;
import io.kindling.training.Position;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who belongs to a generation of a job, and which of them this party is.
 *
 * @param rank this party's rank
 * @param addresses where each rank listens, by rank
 * @param positions how far the training of each rank had come, by rank
 * @param processes the process that each rank is a thread of, by rank; ranks with the same share
 *     memory
 */
public record Membership(
    String job,
    int generation,
    int rank,
    List<Address> addresses,
    List<Position> positions,
    List<String> processes) {

  public Membership {
    addresses = List.copyOf(addresses);
    positions = List.copyOf(positions);
    processes = List.copyOf(processes);
    if (rank < 0
        || rank >= addresses.size()
        || positions.size() != addresses.size()
        || processes.size() != addresses.size()) {
      throw new IllegalArgumentException(
          "Invalid rank "
              + rank
              + ". A world of "
              + addresses.size()
              + " has ranks 0 to "
              + (addresses.size() - 1)
              + " and as many positions and processes.");
    }
  }

  /** Of ranks each of which is a process. */
  public Membership(
      String job, int generation, int rank, List<Address> addresses, List<Position> positions) {
    this(job, generation, rank, addresses, positions, apart(addresses.size()));
  }

  /** As many different processes. */
  private static List<String> apart(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /** How many ranks there are. */
  public int worldSize() {
    return addresses.size();
  }

  /** The rank after this one in the ring; this one itself in a world of one. */
  public int nextRank() {
    return (rank + 1) % worldSize();
  }

  /** The rank before this one in the ring. */
  public int previousRank() {
    return (rank + worldSize() - 1) % worldSize();
  }

  /** How far the most advanced rank has come. */
  public Position mostAdvanced() {
    return Collections.max(positions);
  }

  /** The first of the most advanced ranks: whose state counts. */
  public int source() {
    return positions.indexOf(mostAdvanced());
  }
}
