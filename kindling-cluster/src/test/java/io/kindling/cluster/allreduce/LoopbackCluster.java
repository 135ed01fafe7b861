package io.kindling.cluster.allreduce;

import io.kindling.cluster.rendezvous.InMemoryRendezvous;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Transport;
import io.kindling.training.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** All ranks of a world as threads of this process, linked. */
final class LoopbackCluster implements AutoCloseable {

  private static final Duration MEETING = Duration.ofSeconds(20);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<AllReduce> ranks = new ArrayList<>();

  /** What a rank does in its own thread. */
  interface Task<T> {
    T run(AllReduce allReduce) throws Exception;
  }

  static LoopbackCluster open(Wiring wiring, int worldSize, Duration timeout) throws Exception {
    return open(wiring, worldSize, timeout, WireFormat.FLOAT32);
  }

  static LoopbackCluster open(Wiring wiring, int worldSize, Duration timeout, WireFormat format)
      throws Exception {
    return open(wiring, Collections.nCopies(worldSize, format), timeout);
  }

  /** A world of as many ranks as formats, which are processes of their own. */
  static LoopbackCluster open(Wiring wiring, List<WireFormat> formats, Duration timeout)
      throws Exception {
    return open(wiring, new InMemoryRendezvous("job", 1, formats.size()), formats, timeout);
  }

  /** A world of as many ranks as processes; those of the same process share memory. */
  static LoopbackCluster open(
      Wiring wiring, List<String> processes, WireFormat format, Duration timeout) throws Exception {
    return open(
        wiring,
        new InMemoryRendezvous(UUID.randomUUID().toString(), 1, processes),
        Collections.nCopies(processes.size(), format),
        timeout);
  }

  private static LoopbackCluster open(
      Wiring wiring, InMemoryRendezvous rendezvous, List<WireFormat> formats, Duration timeout)
      throws Exception {
    LoopbackCluster cluster = new LoopbackCluster();
    List<Future<AllReduce>> linked = new ArrayList<>();
    for (Transport transport : wiring.transports(formats.size())) {
      linked.add(
          cluster.threads.submit(
              () -> {
                Deadline deadline = Deadline.after(MEETING);
                try (Listener listener = transport.listen(PortRange.anyOn("127.0.0.1"))) {
                  int rank = transport.self().party().number();
                  Membership membership = rendezvous.join(rank, listener.address(), deadline);
                  return AllReduce.ring(
                      membership, transport, listener, deadline, timeout, formats.get(rank));
                }
              }));
    }

    for (Future<AllReduce> rank : linked) {
      cluster.ranks.add(rank.get(30, TimeUnit.SECONDS));
    }

    return cluster;
  }

  AllReduce rank(int rank) {
    return ranks.get(rank);
  }

  /** The results of all ranks, by rank. */
  <T> List<T> onEachRank(Task<T> task) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> future : submit(task)) {
      results.add(future.get(60, TimeUnit.SECONDS));
    }

    return results;
  }

  /** The error of each rank; ranks without one are an error. */
  List<LostRoundException> failuresOnEachRank(Task<?> task) throws Exception {
    List<LostRoundException> failures = new ArrayList<>();
    for (Future<?> future : submit(task)) {
      try {
        throw new AssertionError("A rank returned " + future.get(60, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        if (e.getCause() instanceof LostRoundException exchange) {
          failures.add(exchange);
        } else {
          throw e;
        }
      }
    }

    return failures;
  }

  @Override
  public void close() {
    ranks.forEach(AllReduce::close);
    threads.shutdownNow();
  }

  private <T> List<Future<T>> submit(Task<T> task) {
    List<Future<T>> futures = new ArrayList<>();
    for (AllReduce rank : ranks) {
      futures.add(threads.submit(() -> task.run(rank)));
    }

    return futures;
  }
}
