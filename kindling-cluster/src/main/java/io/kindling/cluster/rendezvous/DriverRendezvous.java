package io.kindling.cluster.rendezvous;

import io.kindling.cluster.thread.NamedWorker;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Transport;
import io.kindling.training.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's side of the meeting on the driver: joins, shows that it is alive, reports, and asks
 * what to do next.
 *
 * <p>Two threads: one sends heartbeats even when training holds all other threads, one listens to
 * the driver. A link that is lost is opened again; for how long that is tried, {@link #PATIENCE}
 * says. Safe for use by many threads, but for {@link #next} and {@link #ready}, which belong to the
 * one that trains.
 */
public final class DriverRendezvous implements AutoCloseable {

  /** How long a worker lives on that hears nothing of the driver, over however many links. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  /** How long closing waits for the driver to have read the last word. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** Between two attempts to reach the driver again. */
  private static final Duration RETRY = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(DriverRendezvous.class);

  private final Transport transport;
  private final Address driver;
  private final Newcomer self;
  private final Heartbeats heartbeats;
  private final Supplier<Beat> pulse;
  private final GenerationListener listener;
  private final Duration patience;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final NamedWorker listening;
  private final NamedWorker beating;
  private volatile ControlLink link;
  private long heardNanos = System.nanoTime(); // of the listening thread

  // Guarded by this.
  private Optional<Call> call = Optional.empty();
  private int over;
  private Optional<Membership> world = Optional.empty();
  private Optional<LinkException> end = Optional.empty();
  private boolean isLeaving;

  private DriverRendezvous(
      Transport transport,
      Address driver,
      Newcomer self,
      Heartbeats heartbeats,
      Supplier<Beat> pulse,
      GenerationListener listener,
      Duration patience,
      ControlLink link) {
    this.transport = transport;
    this.driver = driver;
    this.self = self;
    this.heartbeats = heartbeats;
    this.pulse = pulse;
    this.listener = listener;
    this.patience = patience;
    this.link = link;
    Party party = transport.self().party();
    this.listening = NamedWorker.start(party.threadName("control"), this::listenUntilEnded);
    this.beating = NamedWorker.start(party.threadName("heartbeat"), this::beatUntilEnded);
  }

  /**
   * Joins; the caller closes it.
   *
   * @param transport of the worker with the newcomer's number
   * @param driver where its {@link RendezvousServer} listens
   * @param heartbeats the same as the driver's
   * @param pulse what the next heartbeat says; asked on a thread of the rendezvous
   * @param listener told what cannot wait
   * @throws LinkException if the driver is not reached before the deadline
   */
  public static DriverRendezvous join(
      Transport transport,
      Address driver,
      Newcomer self,
      Heartbeats heartbeats,
      Supplier<Beat> pulse,
      GenerationListener listener,
      Deadline deadline)
      throws LinkException {
    return join(transport, driver, self, heartbeats, pulse, listener, PATIENCE, deadline);
  }

  /**
   * @param patience in the place of {@link #PATIENCE}
   */
  static DriverRendezvous join(
      Transport transport,
      Address driver,
      Newcomer self,
      Heartbeats heartbeats,
      Supplier<Beat> pulse,
      GenerationListener listener,
      Duration patience,
      Deadline deadline)
      throws LinkException {
    if (!transport.self().party().equals(Party.worker(self.number()))) {
      throw new IllegalArgumentException(
          self + " cannot join through the transport of " + transport.self().party() + ".");
    }

    ControlLink link = open(transport, driver, self, heartbeats, deadline);
    return new DriverRendezvous(
        transport, driver, self, heartbeats, pulse, listener, patience, link);
  }

  /**
   * Waits for what is to be done next. Ends with the driver, which has deadlines for all it waits
   * for.
   *
   * @throws LinkException if the driver refuses this worker or is gone
   */
  public synchronized Call next() throws LinkException {
    while (call.isEmpty()) {
      throwIfEnded();
      await();
    }

    Call next = call.get();
    if (next.kind() == Call.Kind.FORM) {
      call = Optional.empty();
    }

    return next;
  }

  /**
   * Says that this worker is ready to be the rank it was called for, and waits until all others
   * are.
   *
   * @param called what {@link #next} gave
   * @param listenAddress where the other ranks reach this one; it must listen already
   * @param position how far its training has come
   * @return the members of the generation; empty if it was over before it began, or the driver says
   *     stop
   * @throws LinkException if the driver is gone
   */
  public Optional<Membership> ready(Call called, Address listenAddress, Position position)
      throws LinkException {
    send(
        ControlMessage.READY,
        position.step(),
        called.generation(),
        ControlMessage.ofReady(listenAddress, position));
    synchronized (this) {
      while (over < called.generation() && !isToldToStop()) {
        throwIfEnded();
        if (world.isPresent() && world.get().generation() == called.generation()) {
          Membership members = world.get();
          return Optional.of(
              new Membership(
                  members.job(),
                  members.generation(),
                  called.rank(),
                  members.addresses(),
                  members.positions(),
                  members.processes()));
        }

        await();
      }
    }

    return Optional.empty();
  }

  private boolean isToldToStop() {
    return call.filter(each -> each.kind() == Call.Kind.STOP).isPresent();
  }

  /** Whether a generation is over, so that nothing has to be said about its end. */
  public synchronized boolean isOver(int generation) {
    return over >= generation || end.isPresent();
  }

  /** Tells the driver that a round is lost. */
  public void broken(int generation, String why) {
    send(ControlMessage.BROKEN, 0, generation, ControlMessage.ofText(why));
  }

  /** Tells the driver that the plan is done. */
  public void done(int generation, long checksum) {
    send(ControlMessage.DONE, 0, generation, ControlMessage.ofChecksum(checksum));
  }

  /** Tells the driver that rows this worker needs cannot be read. */
  public void missing(int generation, String what) {
    send(ControlMessage.MISSING, 0, generation, ControlMessage.ofText(what));
  }

  /** Tells the driver what went wrong, though training goes on. */
  public void complain(String text) {
    send(ControlMessage.COMPLAINT, 0, 0, ControlMessage.ofText(text));
  }

  /** Sends progress to the driver. */
  public void report(Report report) {
    send(ControlMessage.REPORT, report.step(), 0, ControlMessage.ofReport(report));
  }

  /** Tells the driver why this worker gives up. */
  public void failed(String phase, long step, String text) {
    send(ControlMessage.FAILED, step, 0, ControlMessage.ofFailure(self.host(), phase, text));
  }

  /** Takes leave of the driver and ends link and threads; the listener stays silent. */
  @Override
  public void close() {
    boolean isFirst;
    synchronized (this) {
      isFirst = end.isEmpty() && !isLeaving;
      isLeaving = true;
    }

    ended.countDown();
    if (isFirst) {
      send(ControlMessage.LEAVE, 0, 0, new byte[0]);
      // The driver closes the link when it has read the farewell; then the listening thread ends.
      awaitEnd(listening);
    }

    link.close();
    listening.close();
    beating.close();
  }

  private static ControlLink open(
      Transport transport, Address driver, Newcomer self, Heartbeats heartbeats, Deadline deadline)
      throws LinkException {
    ControlLink link =
        new ControlLink(transport.connect(driver, Party.driver(), deadline), heartbeats.timeout());
    try {
      link.send(ControlMessage.JOIN, 0, 0, ControlMessage.ofNewcomer(self));
      return link;
    } catch (LinkException e) {
      link.close();
      throw e;
    }
  }

  /** However this thread ends, whoever waits for the driver is told. */
  private void listenUntilEnded() throws InterruptedException {
    try {
      Optional<LinkException> lost = listen();
      while (lost.isPresent() && ended.getCount() > 0) {
        LOG.info("{} lost the driver and looks for it.", self, lost.get());
        lost = reopen(lost.get()) ? listen() : Optional.empty();
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.error("{} cannot understand the driver.", self, e);
      end(LinkException.Reason.CORRUPT, lostDriver(e));
    }
  }

  /** Listens until all is said, or the link is lost. */
  private Optional<LinkException> listen() throws IOException {
    try (ControlLink current = link) {
      listen(current);
      return Optional.empty();
    } catch (LinkException e) {
      return Optional.of(e);
    }
  }

  private void listen(ControlLink current) throws IOException {
    while (true) {
      Frame frame = current.receive();
      heardNanos = System.nanoTime();
      switch (frame.type()) {
        case ControlMessage.HEARTBEAT -> {}
        case ControlMessage.FORM -> called(ControlMessage.call(frame));
        case ControlMessage.WORLD -> met(frame.part(), ControlMessage.world(frame));
        case ControlMessage.OVER -> isOver(frame.part(), ControlMessage.text(frame));
        case ControlMessage.DELIVER -> asked(new Call(Call.Kind.DELIVER, 0, 0, 0, ""));
        case ControlMessage.REFUSED -> {
          end(LinkException.Reason.REFUSED, ControlMessage.text(frame));
          return;
        }
        case ControlMessage.STOP -> {
          stop(current, ControlMessage.text(frame));
          return;
        }
        default -> throw new IOException("Unexpected frame of type " + frame.type() + ".");
      }
    }
  }

  private void stop(ControlLink current, String reason) throws LinkException {
    asked(new Call(Call.Kind.STOP, 0, 0, 0, reason));
    current.send(ControlMessage.LEAVE, 0);
    end(LinkException.Reason.CLOSED, reason);
    current.awaitClose(Deadline.after(FAREWELL));
  }

  private void called(Call next) {
    isOver(next.generation() - 1, next.text());
    asked(next);
  }

  private synchronized void asked(Call next) {
    boolean isLate =
        call.filter(each -> each.kind() == Call.Kind.STOP).isPresent()
            || (next.kind() == Call.Kind.FORM && over >= next.generation());
    if (!isLate) {
      call = Optional.of(next);
      notifyAll();
    }
  }

  private void isOver(int generation, String why) {
    synchronized (this) {
      if (over >= generation) {
        return;
      }

      over = generation;
      notifyAll();
    }

    listener.onOver(generation, why);
  }

  private synchronized void met(int generation, List<ControlMessage.Present> all) {
    world =
        Optional.of(
            new Membership(
                transport.self().job(),
                generation,
                0,
                all.stream().map(ControlMessage.Present::address).toList(),
                all.stream().map(ControlMessage.Present::position).toList(),
                all.stream().map(ControlMessage.Present::process).toList()));
    notifyAll();
  }

  /** Opens the lost link again; false where that is given up. */
  private boolean reopen(LinkException lost) throws InterruptedException {
    Duration silence = Duration.ofNanos(System.nanoTime() - heardNanos);
    Duration left = patience.minus(silence);
    Deadline deadline = Deadline.after(left.isNegative() ? Duration.ZERO : left);
    LinkException last = lost;
    while (!deadline.isOver()) {
      try {
        link = open(transport, driver, self, heartbeats, deadline.orAfter(heartbeats.timeout()));
        if (ended.getCount() == 0) {
          link.close(); // whoever closed this has closed the one before
        }
        return true;
      } catch (LinkException e) {
        last = e;
      }

      if (ended.await(RETRY.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    }

    end(last.reason(), lostDriver(last));
    return false;
  }

  private void beatUntilEnded() throws InterruptedException {
    while (!ended.await(heartbeats.interval().toNanos(), TimeUnit.NANOSECONDS)) {
      Beat beat = pulse.get();
      send(ControlMessage.HEARTBEAT, beat.step(), 0, ControlMessage.ofBeat(beat));
    }
  }

  /** What cannot be sent is said again, or no longer of use, once the link stands again. */
  private void send(byte type, long step, int generation, byte[] content) {
    ControlLink current = link;
    try {
      current.send(type, step, generation, content);
    } catch (LinkException e) {
      LOG.debug("{} could not reach the driver.", self, e);
      current.close(); // wakes whoever listens, which opens it again
    }
  }

  private void end(LinkException.Reason reason, String text) {
    boolean isNews;
    synchronized (this) {
      isNews = end.isEmpty() && !isLeaving;
      if (end.isEmpty()) {
        end = Optional.of(new LinkException(reason, text));
      }

      notifyAll();
    }

    ended.countDown();
    if (isNews) {
      listener.onStop(text);
    }
  }

  private void throwIfEnded() throws LinkException {
    if (end.isPresent()) {
      throw new LinkException(end.get().reason(), end.get().getMessage(), end.get());
    }
  }

  private void await() throws LinkException {
    try {
      TimeUnit.SECONDS.timedWait(this, 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException(
          LinkException.Reason.CLOSED,
          self + " was interrupted while it waited for the other workers.",
          e);
    }
  }

  private static void awaitEnd(NamedWorker thread) {
    try {
      thread.awaitEnd(FAREWELL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String lostDriver(Throwable e) {
    return self + " lost the driver at " + driver + ": " + e.getMessage();
  }
}
