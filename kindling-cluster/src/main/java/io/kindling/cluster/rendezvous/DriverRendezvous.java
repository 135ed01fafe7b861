package io.kindling.cluster.rendezvous;

import io.kindling.cluster.thread.NamedWorker;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The worker's side of the meeting on the driver: joins, shows that it is alive, reports, and hears
 * when to stop.
 *
 * <p>Two threads while joined: one sends heartbeats even when training holds all other threads, one
 * listens to the driver. Safe for use by many threads.
 */
public final class DriverRendezvous implements Rendezvous, AutoCloseable {

  /** How long closing waits for the driver to have read the last word. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final Transport transport;
  private final Address driver;
  private final Heartbeats heartbeats;
  private final StopListener stopListener;

  private final CompletableFuture<List<Address>> addresses = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean isEndTold = new AtomicBoolean();
  private final List<NamedWorker> threads = new ArrayList<>();
  private volatile Optional<ControlLink> link = Optional.empty();
  private volatile long lastStep;

  private DriverRendezvous(
      Transport transport, Address driver, Heartbeats heartbeats, StopListener stopListener) {
    this.transport = transport;
    this.driver = driver;
    this.heartbeats = heartbeats;
    this.stopListener = stopListener;
  }

  /**
   * Prepares a worker to join; nothing is opened before {@link #join}.
   *
   * @param transport of the worker whose rank joins
   * @param driver where its {@link RendezvousServer} listens
   * @param heartbeats the same as the driver's
   * @param stopListener told when the driver says so or is gone, after the rank has joined
   */
  public static DriverRendezvous at(
      Address driver, Transport transport, Heartbeats heartbeats, StopListener stopListener) {
    return new DriverRendezvous(transport, driver, heartbeats, stopListener);
  }

  @Override
  public Membership join(int rank, Address listenAddress, Deadline deadline) throws LinkException {
    if (!transport.self().party().equals(Party.worker(rank))) {
      throw new IllegalArgumentException(
          "Rank "
              + rank
              + " cannot join through the transport of "
              + transport.self().party()
              + ".");
    }

    open(listenAddress, deadline);
    try {
      List<Address> all = addresses.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      return new Membership(transport.self().job(), transport.self().generation(), rank, all);
    } catch (TimeoutException e) {
      close();
      throw new LinkException(
          LinkException.Reason.TIMEOUT,
          describeSelf()
              + " waited "
              + deadline.waited()
              + " for all ranks to join; the driver at "
              + driver
              + " knows who is missing.",
          e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new LinkException(
          LinkException.Reason.CLOSED,
          describeSelf() + " was interrupted while it waited for all ranks to join.",
          e);
    } catch (ExecutionException e) {
      close();
      LinkException cause = (LinkException) e.getCause();
      throw new LinkException(cause.reason(), cause.getMessage(), cause);
    }
  }

  /** Notes how far training has come; the next heartbeat tells the driver. */
  public void reachedStep(long step) {
    lastStep = step;
  }

  /** Sends progress to the driver. */
  public void report(Report report) throws LinkException {
    lastStep = report.step();
    joined().send(ControlMessage.REPORT, report.step(), ControlMessage.ofReport(report));
  }

  /** Tells the driver why this worker gives up. */
  public void failed(Failure failure) throws LinkException {
    joined().send(ControlMessage.FAILED, failure.step(), ControlMessage.ofFailure(failure));
  }

  /** Takes leave of the driver and ends link and threads; the stop listener stays silent. */
  @Override
  public void close() {
    isEndTold.set(true);
    addresses.completeExceptionally(
        new LinkException(LinkException.Reason.CLOSED, describeSelf() + " has left the driver."));
    if (ended.getCount() > 0) {
      ended.countDown();
      link.ifPresent(this::takeLeave);
    }

    link.ifPresent(ControlLink::close);
    List<NamedWorker> started;
    synchronized (threads) {
      started = List.copyOf(threads);
    }

    started.forEach(NamedWorker::close);
  }

  private void open(Address listenAddress, Deadline deadline) throws LinkException {
    synchronized (threads) {
      if (link.isPresent() || ended.getCount() == 0) {
        throw new IllegalStateException(
            describeSelf() + " has joined already. Use a new rendezvous for another generation.");
      }

      ControlLink opened =
          new ControlLink(
              transport.connect(driver, Party.driver(), deadline), heartbeats.timeout());
      link = Optional.of(opened);
      Party self = transport.self().party();
      threads.add(NamedWorker.start(self.threadName("control"), () -> listen(opened)));
      opened.send(ControlMessage.JOIN, 0, ControlMessage.ofAddress(listenAddress));
      threads.add(NamedWorker.start(self.threadName("heartbeat"), () -> beat(opened)));
    }
  }

  private void listen(ControlLink opened) {
    try (opened) {
      while (true) {
        Frame frame = opened.receive();
        switch (frame.type()) {
          case ControlMessage.HEARTBEAT -> {}
          case ControlMessage.MEMBERSHIP -> addresses.complete(ControlMessage.addresses(frame));
          case ControlMessage.REFUSED -> {
            end(LinkException.Reason.REFUSED, ControlMessage.text(frame));
            return;
          }
          case ControlMessage.STOP -> {
            String reason = ControlMessage.text(frame);
            ended.countDown();
            opened.send(ControlMessage.LEAVE, lastStep);
            end(LinkException.Reason.CLOSED, reason);
            opened.awaitClose(Deadline.after(FAREWELL));
            return;
          }
          default -> throw new IOException("Unexpected frame of type " + frame.type() + ".");
        }
      }
    } catch (LinkException e) {
      end(e.reason(), lostDriver(e));
    } catch (IOException | IllegalArgumentException e) {
      end(LinkException.Reason.CORRUPT, lostDriver(e));
    }
  }

  private void beat(ControlLink opened) throws InterruptedException {
    try {
      while (!ended.await(heartbeats.interval().toNanos(), TimeUnit.NANOSECONDS)) {
        opened.send(ControlMessage.HEARTBEAT, lastStep);
      }
    } catch (LinkException e) {
      end(e.reason(), lostDriver(e));
    }
  }

  private void end(LinkException.Reason reason, String text) {
    ended.countDown();
    boolean hadJoined = !addresses.completeExceptionally(new LinkException(reason, text));
    if (hadJoined && isEndTold.compareAndSet(false, true)) {
      stopListener.onStop(text);
    }
  }

  private void takeLeave(ControlLink opened) {
    try {
      opened.send(ControlMessage.LEAVE, lastStep);
    } catch (LinkException e) {
      return;
    }

    // The driver closes the link when it has read the farewell; then the listening thread ends.
    List<NamedWorker> started;
    synchronized (threads) {
      started = List.copyOf(threads);
    }

    Deadline farewell = Deadline.after(FAREWELL);
    for (NamedWorker thread : started) {
      try {
        thread.awaitEnd(farewell.remaining());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ControlLink joined() {
    return link.orElseThrow(
        () -> new IllegalStateException(describeSelf() + " has not joined. Call join first."));
  }

  private String lostDriver(Exception e) {
    return describeSelf() + " lost the driver at " + driver + ": " + e.getMessage();
  }

  private String describeSelf() {
    return transport.self().party().capitalized();
  }
}
