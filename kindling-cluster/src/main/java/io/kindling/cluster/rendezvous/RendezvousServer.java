package io.kindling.cluster.rendezvous;

import io.kindling.cluster.thread.NamedWorker;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Role;
import io.kindling.cluster.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of one generation: gathers its ranks, then watches them.
 *
 * <p>Each worker keeps the link it joined through. Over it come its heartbeats, which are answered,
 * its reports and its failure; back goes the word to stop. A rank that is lost before all have
 * joined may join again; afterwards the generation is lost with it and the next one needs a server
 * of its own.
 *
 * <p>Two threads, and one for each worker. Safe for use by many threads.
 */
public final class RendezvousServer implements AutoCloseable {

  /** How long a link waits for its other end to have read the last word. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private static final Duration ACCEPT_WAIT = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(RendezvousServer.class);

  private final Transport transport;
  private final int worldSize;
  private final Heartbeats heartbeats;
  private final WorkerListener workers;
  private final Listener listener;
  private final NamedWorker acceptor;

  /** Of every link, joined or not, who serves it. */
  private final Map<ControlLink, NamedWorker> serving = new ConcurrentHashMap<>();

  private final Map<Integer, Member> members = new TreeMap<>();

  /** Where the ranks listen, once all have joined; it stays when one is lost later. */
  private Optional<List<Address>> world = Optional.empty();

  private Optional<String> stopReason = Optional.empty();
  private volatile boolean closing;

  /** A rank that has joined and not gone. */
  private record Member(int rank, Address address, ControlLink link) {}

  private RendezvousServer(
      Transport transport,
      Listener listener,
      int worldSize,
      Heartbeats heartbeats,
      WorkerListener workers) {
    this.transport = transport;
    this.listener = listener;
    this.worldSize = worldSize;
    this.heartbeats = heartbeats;
    this.workers = workers;
    this.acceptor = NamedWorker.start("kindling-rendezvous-driver", this::acceptUntilClosed);
  }

  /**
   * Opens the meeting place; the caller closes it.
   *
   * @param transport of the driver; its identity says which job and generation may join
   * @param ports where to listen
   */
  public static RendezvousServer open(
      Transport transport,
      PortRange ports,
      int worldSize,
      Heartbeats heartbeats,
      WorkerListener workers)
      throws IOException {
    if (worldSize < 1) {
      throw new IllegalArgumentException(
          "Invalid world size " + worldSize + ". Use at least 1 rank.");
    }

    return new RendezvousServer(transport, transport.listen(ports), worldSize, heartbeats, workers);
  }

  /** Where workers find it. */
  public Address address() {
    return listener.address();
  }

  /**
   * Returns the addresses of all ranks once they have joined.
   *
   * @throws LinkException if some did not join before the deadline, with their ranks
   */
  public synchronized List<Address> awaitAll(Deadline deadline) throws LinkException {
    try {
      while (world.isEmpty()) {
        if (stopReason.isPresent()) {
          throw new LinkException(
              LinkException.Reason.CLOSED,
              "The driver stopped while it waited for ranks: " + stopReason.get());
        }

        if (deadline.isOver()) {
          throw new LinkException(LinkException.Reason.TIMEOUT, missing(deadline));
        }

        TimeUnit.NANOSECONDS.timedWait(this, deadline.remainingNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException(
          LinkException.Reason.CLOSED, "The driver was interrupted. " + missing(deadline), e);
    }

    return world.get();
  }

  /** Tells every worker to end, those that come later too; the first reason counts. */
  public void stop(String reason) {
    List<Member> told;
    synchronized (this) {
      if (stopReason.isPresent()) {
        return;
      }

      stopReason = Optional.of(reason);
      told = List.copyOf(members.values());
      notifyAll();
    }

    for (Member member : told) {
      sendQuietly(member.link, ControlMessage.STOP, ControlMessage.ofText(reason));
    }
  }

  /** Stops workers that are still there, then ends all links and threads and frees the port. */
  @Override
  public void close() {
    closing = true;
    listener.close();
    acceptor.close();
    stop("The driver has ended the job.");
    Deadline farewell = Deadline.after(FAREWELL);
    serving.values().forEach(server -> awaitEnd(server, farewell));
    serving.keySet().forEach(ControlLink::close);
    serving.values().forEach(NamedWorker::close);
  }

  private void acceptUntilClosed() {
    while (!closing) {
      try {
        serve(listener.accept(Deadline.after(ACCEPT_WAIT)));
      } catch (LinkException e) {
        LOG.debug("The driver accepted no link.", e);
      }
    }
  }

  private void serve(Link link) {
    ControlLink control = new ControlLink(link, heartbeats.timeout());
    if (link.peer().role() != Role.WORKER) {
      control.close();
      return;
    }

    // Registered under the lock of the map entry, so that the worker cannot end before it is known.
    serving.compute(
        control,
        (key, none) ->
            NamedWorker.start(
                "kindling-control-driver-rank-" + control.peerRank(), () -> serveUntilGone(key)));
  }

  private void serveUntilGone(ControlLink link) {
    try (link) {
      Optional<Member> member = admit(link);
      if (member.isPresent()) {
        watch(member.get());
      } else {
        link.awaitClose(Deadline.after(FAREWELL));
      }
    } catch (IOException e) {
      LOG.info("The driver drops {} before it has joined.", link.describePeer(), e);
    } finally {
      serving.remove(link);
    }
  }

  private Optional<Member> admit(ControlLink link) throws IOException {
    Frame frame = link.receive();
    if (frame.type() != ControlMessage.JOIN) {
      throw new IOException("Unexpected frame of type " + frame.type() + " instead of a join.");
    }

    Member member = new Member(link.peerRank(), ControlMessage.address(frame), link);
    Optional<String> refusal = register(member);
    if (refusal.isPresent()) {
      LOG.info("The driver refuses {}: {}", link.describePeer(), refusal.get());
      link.send(ControlMessage.REFUSED, 0, ControlMessage.ofText(refusal.get()));
      return Optional.empty();
    }

    announceIfComplete();
    return Optional.of(member);
  }

  private synchronized Optional<String> register(Member member) {
    if (stopReason.isPresent()) {
      return Optional.of("The driver has stopped the job: " + stopReason.get());
    }

    if (member.rank >= worldSize) {
      return Optional.of(Joining.outside(member.rank, worldSize));
    }

    Member earlier = members.get(member.rank);
    if (earlier != null) {
      return Optional.of(Joining.duplicate(member.rank, earlier.address, member.address));
    }

    if (world.isPresent()) {
      return Optional.of(Joining.complete(member.rank, transport.self().generation()));
    }

    members.put(member.rank, member);
    return Optional.empty();
  }

  private void announceIfComplete() {
    List<Member> all;
    synchronized (this) {
      if (world.isPresent() || members.size() < worldSize) {
        return;
      }

      all = List.copyOf(members.values());
      world = Optional.of(all.stream().map(Member::address).toList());
      notifyAll();
    }

    byte[] addresses = ControlMessage.ofAddresses(all.stream().map(Member::address).toList());
    for (Member member : all) {
      sendQuietly(member.link, ControlMessage.MEMBERSHIP, addresses);
    }
  }

  private void watch(Member member) {
    long lastStep = 0;
    try {
      while (true) {
        Frame frame = member.link.receive();
        lastStep = Math.max(lastStep, frame.step());
        switch (frame.type()) {
          case ControlMessage.HEARTBEAT -> member.link.send(ControlMessage.HEARTBEAT, 0);
          case ControlMessage.REPORT ->
              tell(workers::onReport, ControlMessage.report(member.rank, frame));
          case ControlMessage.FAILED ->
              tell(workers::onFailed, ControlMessage.failure(member.rank, frame));
          case ControlMessage.LEAVE -> {
            forget(member);
            tell(workers::onLeft, member.rank);
            return;
          }
          default -> throw new IOException("Unexpected frame of type " + frame.type() + ".");
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      forget(member);
      if (!closing) {
        lost(member, lastStep, e);
      }
    }
  }

  private synchronized void forget(Member member) {
    members.remove(member.rank, member);
  }

  private void lost(Member member, long lastStep, Exception e) {
    LinkException cause =
        e instanceof LinkException link
            ? link
            : new LinkException(
                LinkException.Reason.CORRUPT,
                "The driver cannot read what "
                    + member.link.describePeer()
                    + " sent: "
                    + e.getMessage(),
                e);
    tell(host -> workers.onLost(member.rank, host, lastStep, cause), member.address.host());
  }

  private String missing(Deadline deadline) {
    List<Integer> absent = new ArrayList<>();
    IntStream.range(0, worldSize).filter(rank -> !members.containsKey(rank)).forEach(absent::add);
    return "The driver at "
        + address()
        + " waited "
        + deadline.waited()
        + " for "
        + worldSize
        + " ranks; missing are "
        + absent
        + ".";
  }

  /** A listener's error is its own affair; the worker it was told about lives on. */
  private static <T> void tell(Consumer<T> hearer, T news) {
    try {
      hearer.accept(news);
    } catch (RuntimeException e) {
      LOG.error("A listener failed on {}.", news, e);
    }
  }

  private static void sendQuietly(ControlLink link, byte type, byte[] content) {
    try {
      link.send(type, 0, content);
    } catch (LinkException e) {
      // Whoever reads from the link finds out as well and reports the loss.
      LOG.debug("Failed to reach {}.", link.describePeer(), e);
    }
  }

  private static void awaitEnd(NamedWorker worker, Deadline deadline) {
    try {
      worker.awaitEnd(deadline.remaining());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
