package io.kindling.cluster.allreduce;

import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.LinkException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where ranks that are threads of one process find each other at the beginning of a generation. */
final class ProcessRanks {

  /**
   * Of this process: threads that are given nothing in common, as tasks of an executor are, find
   * each other nowhere else.
   */
  static final ProcessRanks HERE = new ProcessRanks();

  /** Who looks for each other. */
  private record Place(String job, String process) {}

  /** The ranks of a place in a generation, until all are there. */
  private static final class Arrival {
    private final int generation;
    private final Meeting meeting;
    private volatile Optional<HostGroup> group = Optional.empty();

    Arrival(int generation, int threads) {
      this.generation = generation;
      this.meeting = new Meeting(threads);
    }
  }

  /** Links the rank that speaks with those that speak for other processes. */
  @FunctionalInterface
  interface Linking {
    AllReduce link() throws LinkException;
  }

  private final Map<Place, Arrival> arrivals = new ConcurrentHashMap<>();

  /**
   * Waits for the other ranks of this process, and, in the one that speaks, links it.
   *
   * @param deadline for all to be there and linked
   * @param timeout how long a thread waits for the others to come to a round
   * @throws LinkException if not all came, or the links do not stand; all of them fail then
   */
  AllReduce join(
      Membership members, Processes processes, Linking linking, Deadline deadline, Duration timeout)
      throws LinkException {
    Place place = new Place(members.job(), members.processes().get(members.rank()));
    Arrival arrival = arrive(place, members, processes.own().size());
    int thread = processes.own().indexOf(members.rank());
    if (thread == 0) {
      arrival.group = Optional.of(speak(arrival, processes, linking, timeout));
    }
    await(arrival, members.rank(), deadline);
    arrivals.remove(place, arrival);
    return new HostAllReduce(arrival.group.orElseThrow(), thread);
  }

  /** One that was called off stays until the next generation, so that whoever is late learns it. */
  private Arrival arrive(Place place, Membership members, int threads) throws LinkException {
    int generation = members.generation();
    Arrival arrival =
        arrivals.compute(
            place,
            (unused, there) -> {
              if (there != null && there.generation >= generation) {
                return there;
              }
              if (there != null) {
                there.meeting.callOff("Generation " + generation + " has begun.");
              }
              return new Arrival(generation, threads);
            });
    if (arrival.generation > generation) {
      throw new LinkException(
          LinkException.Reason.CLOSED,
          "Rank "
              + members.rank()
              + " comes too late for generation "
              + generation
              + ": its process links for generation "
              + arrival.generation
              + " already.");
    }
    return arrival;
  }

  private static HostGroup speak(
      Arrival arrival, Processes processes, Linking linking, Duration timeout)
      throws LinkException {
    try {
      return new HostGroup(processes, linking.link(), timeout);
    } catch (LinkException | RuntimeException | Error e) {
      arrival.meeting.callOff(e.toString());
      throw e;
    }
  }

  private static void await(Arrival arrival, int rank, Deadline deadline) throws LinkException {
    switch (arrival.meeting.await(deadline)) {
      case ALL_CAME -> {}
      case TIMEOUT ->
          throw lost(
              arrival,
              LinkException.Reason.TIMEOUT,
              "Rank "
                  + rank
                  + " waited "
                  + deadline.waited()
                  + " for the other ranks of its process to link.");
      case INTERRUPTED ->
          throw lost(
              arrival,
              LinkException.Reason.CLOSED,
              "Rank " + rank + " was interrupted while it waited for those of its process.");
      case CALLED_OFF ->
          throw lost(
              arrival,
              LinkException.Reason.CLOSED,
              "Rank "
                  + rank
                  + " cannot link, as another rank of its process could not: "
                  + arrival.meeting.reason().orElseThrow());
    }
  }

  private static LinkException lost(Arrival arrival, LinkException.Reason reason, String message) {
    arrival.meeting.callOff(message);
    arrival.group.ifPresent(HostGroup::close);
    // The entry outlives a job whose linking fails; the arrays of its group need not.
    arrival.group = Optional.empty();
    return new LinkException(reason, message);
  }
}
