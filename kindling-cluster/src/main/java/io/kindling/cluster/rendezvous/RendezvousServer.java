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
import io.kindling.training.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of a job: gathers its workers, forms generations of them as they come and go,
 * and watches them.
 *
 * <p>Each worker keeps the link it joined through. Over it come its heartbeats, which are answered,
 * its reports and its failure; back goes what it is to do next. Who takes part and with which rank
 * is {@link Roster}'s business.
 *
 * <p>Three threads, and one for each worker. Safe for use by many threads.
 */
public final class RendezvousServer implements AutoCloseable {

  /** How long a link waits for its other end to have read the last word. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private static final Duration ACCEPT_WAIT = Duration.ofHours(1);
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Logger LOG = LoggerFactory.getLogger(RendezvousServer.class);

  private final Heartbeats heartbeats;
  private final WorkerListener workers;
  private final Listener listener;
  private final Roster roster;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<NamedWorker> threads = new ArrayList<>();

  /** Of every link, joined or not, who serves it. */
  private final Map<ControlLink, NamedWorker> serving = new ConcurrentHashMap<>();

  /** Guarded by this, as is the roster. */
  private final Map<Integer, Member> members = new HashMap<>();

  /** What the roster wants said, in its order; said once the lock is free, by one at a time. */
  private final Queue<Runnable> outbox = new ConcurrentLinkedQueue<>();

  private final ReentrantLock saying = new ReentrantLock();

  /** Held while a member comes or goes and its listener is told, so that it hears both in order. */
  private final Object comings = new Object();

  private Optional<String> stopReason = Optional.empty();
  private volatile boolean closing;

  /** A worker that has joined and not gone. */
  private static final class Member {
    private final Newcomer who;
    private final ControlLink link;
    private volatile Beat last = Beat.FIRST;

    Member(Newcomer who, ControlLink link) {
      this.who = who;
      this.link = link;
    }
  }

  private RendezvousServer(
      Listener listener, WorldLimits limits, Heartbeats heartbeats, WorkerListener workers) {
    this.listener = listener;
    this.heartbeats = heartbeats;
    this.workers = workers;
    this.roster = new Roster(limits, new Sending());
    threads.add(NamedWorker.start("kindling-rendezvous-driver", this::acceptUntilClosed));
    threads.add(NamedWorker.start("kindling-ticks-driver", this::tickUntilClosed));
  }

  /**
   * Opens the meeting place; the caller closes it.
   *
   * @param transport of the driver; its identity says which job may join
   * @param ports where to listen
   */
  public static RendezvousServer open(
      Transport transport,
      PortRange ports,
      WorldLimits limits,
      Heartbeats heartbeats,
      WorkerListener workers)
      throws IOException {
    return new RendezvousServer(transport.listen(ports), limits, heartbeats, workers);
  }

  /** Where workers find it. */
  public Address address() {
    return listener.address();
  }

  /** Who is there, with a rank or without. */
  public synchronized List<Newcomer> present() {
    return roster.present();
  }

  /** How many more would have to come for so many to be there that are to stay. */
  public synchronized int missing(int of) {
    return roster.missing(of);
  }

  /** The number of the newest generation; 0 before the first. */
  public synchronized int generation() {
    return roster.generation();
  }

  /** A worker's executor will go: its place is given to another as soon as there is one. */
  public void retire(int number) {
    change(() -> roster.retire(number, System.nanoTime()));
  }

  /** Ends the generation, because what it lacked is there. */
  public void renew(String why) {
    change(() -> roster.renew(why, System.nanoTime()));
  }

  /** Tells one worker to end, whatever it does. */
  public void dismiss(int number, String reason) {
    Optional<Member> member;
    synchronized (this) {
      member = Optional.ofNullable(members.get(number));
    }
    member.ifPresent(
        each -> sendQuietly(each.link, ControlMessage.STOP, 0, ControlMessage.ofText(reason)));
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
    }

    for (Member member : told) {
      sendQuietly(member.link, ControlMessage.STOP, 0, ControlMessage.ofText(reason));
    }
  }

  /** Stops workers that are still there, then ends all links and threads and frees the port. */
  @Override
  public void close() {
    closing = true;
    closed.countDown();
    listener.close();
    threads.forEach(NamedWorker::close);
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
        if (e.reason() == LinkException.Reason.CLOSED && !closing) {
          LOG.warn("The driver takes in no more workers.", e);
          return;
        }
        LOG.debug("The driver accepted no link.", e);
      }
    }
  }

  private void tickUntilClosed() throws InterruptedException {
    while (!closed.await(TICK.toNanos(), TimeUnit.NANOSECONDS)) {
      change(() -> roster.tick(System.nanoTime()));
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
                "kindling-control-driver-worker-" + control.number(), () -> serveUntilGone(key)));
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

    Member member = new Member(ControlMessage.newcomer(link.number(), frame), link);
    Optional<String> refusal = refusal(member.who);
    if (refusal.isPresent()) {
      LOG.info("The driver refuses {}: {}", link.describePeer(), refusal.get());
      link.send(ControlMessage.REFUSED, 0, 0, ControlMessage.ofText(refusal.get()));
      return Optional.empty();
    }

    synchronized (comings) {
      dropEarlier(member.who);
      tell(workers::onJoined, member.who);
      change(() -> add(member));
    }

    return Optional.of(member);
  }

  /** Asks its listener without holding a lock, which might be asked for something itself. */
  private Optional<String> refusal(Newcomer who) {
    synchronized (this) {
      if (stopReason.isPresent()) {
        return Optional.of("The driver has stopped the job: " + stopReason.get());
      }
    }

    return workers.admits(who)
        ? Optional.empty()
        : Optional.of("The place of " + who + " has been given to another.");
  }

  /** Whoever joins again has lost the link it had, though the driver may not have noticed. */
  private void dropEarlier(Newcomer who) {
    Optional<Member> earlier;
    synchronized (this) {
      earlier = Optional.ofNullable(members.get(who.number()));
    }

    earlier.ifPresent(
        each -> {
          forget(each, "it joins again", dropped -> {});
          each.link.close();
        });
  }

  private void add(Member member) {
    if (stopReason.isPresent()) {
      // Since it was admitted, and too late to be told with the others.
      byte[] reason = ControlMessage.ofText(stopReason.get());
      outbox.add(() -> sendQuietly(member.link, ControlMessage.STOP, 0, reason));
    }

    members.put(member.who.number(), member);
    roster.joined(member.who, System.nanoTime());
  }

  private void watch(Member member) {
    try {
      while (true) {
        Frame frame = member.link.receive();
        if (frame.type() == ControlMessage.LEAVE) {
          forget(member, "it left", workers::onLeft);
          return;
        }

        hear(member, frame);
      }
    } catch (IOException | IllegalArgumentException e) {
      LinkException cause = asLinkException(member, e);
      int rank = rankOf(member.who);
      String why = rankText(rank, member) + " is lost: " + cause.getMessage();
      if (!closing) {
        forget(member, why, who -> workers.onLost(who, rank, member.last, cause));
      }
    }
  }

  private void hear(Member member, Frame frame) throws IOException {
    int number = member.who.number();
    switch (frame.type()) {
      case ControlMessage.HEARTBEAT -> {
        member.last = ControlMessage.beat(frame);
        change(() -> roster.heard(number, member.last));
        member.link.send(ControlMessage.HEARTBEAT, 0);
      }
      case ControlMessage.READY -> {
        ControlMessage.Ready ready = ControlMessage.ready(frame);
        change(() -> roster.ready(number, frame.part(), ready.address(), ready.position()));
      }
      case ControlMessage.BROKEN -> {
        String why = ControlMessage.text(frame);
        change(() -> roster.broken(number, frame.part(), why, System.nanoTime()));
      }
      case ControlMessage.DONE -> {
        long checksum = ControlMessage.checksum(frame);
        int rank = rankOf(member.who);
        tell(who -> workers.onDone(who, rank, checksum), member.who);
        change(() -> roster.done(number, frame.part(), System.nanoTime()));
      }
      case ControlMessage.MISSING -> {
        String what = ControlMessage.text(frame);
        change(() -> roster.lacks(number, frame.part()));
        tell(who -> workers.onMissing(who, what), member.who);
      }
      case ControlMessage.COMPLAINT -> {
        String text = ControlMessage.text(frame);
        int rank = rankOf(member.who);
        tell(who -> workers.onComplaint(who, rank, text), member.who);
      }
      case ControlMessage.REPORT ->
          tell(workers::onReport, ControlMessage.report(rankOf(member.who), frame));
      case ControlMessage.FAILED ->
          tell(workers::onFailed, ControlMessage.failure(number, rankOf(member.who), frame));
      default -> throw new IOException("Unexpected frame of type " + frame.type() + ".");
    }
  }

  private synchronized int rankOf(Newcomer who) {
    return roster.rankOf(who.number()).orElse(who.place());
  }

  private static String rankText(int rank, Member member) {
    return "rank " + rank + " on " + member.who.host();
  }

  /** Takes a member off and says so, unless a later link has taken its place. */
  private void forget(Member member, String why, Consumer<Newcomer> hearer) {
    synchronized (comings) {
      AtomicBoolean was = new AtomicBoolean();
      // Both at once: between the two the roster could want something said to one without a link.
      change(
          () -> {
            was.set(members.remove(member.who.number(), member));
            if (was.get()) {
              roster.gone(member.who.number(), why, System.nanoTime());
            }
          });
      if (was.get()) {
        tell(hearer, member.who);
      }
    }
  }

  /** Changes the roster, and says then what is to be said. */
  private void change(Runnable change) {
    synchronized (this) {
      change.run();
    }

    // Whoever finds another at it leaves: what it has added is said by the other. A worker that
    // heard of two generations in the wrong order would wait for the one that is over.
    while (!outbox.isEmpty() && saying.tryLock()) {
      try {
        for (Runnable next = outbox.poll(); next != null; next = outbox.poll()) {
          next.run();
        }
      } finally {
        saying.unlock();
      }
    }
  }

  private static LinkException asLinkException(Member member, Exception e) {
    return e instanceof LinkException link
        ? link
        : new LinkException(
            LinkException.Reason.CORRUPT,
            "The driver cannot read what "
                + member.link.describePeer()
                + " sent: "
                + e.getMessage(),
            e);
  }

  /** A listener's error is its own affair; the worker it was told about lives on. */
  private static <T> void tell(Consumer<T> hearer, T news) {
    try {
      hearer.accept(news);
    } catch (RuntimeException e) {
      LOG.error("A listener failed on {}.", news, e);
    }
  }

  private static void sendQuietly(ControlLink link, byte type, int generation, byte[] content) {
    try {
      link.send(type, 0, generation, content);
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

  /** Puts what the roster orders into the outbox, under the server's lock. */
  private final class Sending implements Roster.Orders {

    private String why = "";
    private List<Integer> formed = new ArrayList<>();

    @Override
    public void form(int number, int generation, int rank, int worldSize, String reason) {
      if (rank == 0) {
        why = reason;
        formed = new ArrayList<>();
      }
      formed.add(number);
      byte[] call = ControlMessage.ofCall(rank, worldSize, reason);
      send(number, ControlMessage.FORM, generation, call);
    }

    @Override
    public void over(int number, int generation, String reason) {
      send(number, ControlMessage.OVER, generation, ControlMessage.ofText(reason));
    }

    @Override
    public void world(
        int number, int generation, List<Address> addresses, List<Position> positions) {
      List<Newcomer> all = formed.stream().map(each -> members.get(each).who).toList();
      List<String> processes = all.stream().map(Newcomer::process).toList();
      byte[] world = ControlMessage.ofWorld(addresses, positions, processes);
      send(number, ControlMessage.WORLD, generation, world);
      if (number == formed.get(0)) {
        Position reached = positions.stream().max(Comparator.naturalOrder()).orElseThrow();
        String reason = why;
        outbox.add(() -> workers.onFormed(generation, all, reached, reason));
      }
    }

    @Override
    public void deliver(int number) {
      send(number, ControlMessage.DELIVER, 0, new byte[0]);
    }

    @Override
    public void giveUp(String reason) {
      outbox.add(() -> workers.onGaveUp(reason));
    }

    private void send(int number, byte type, int generation, byte[] content) {
      // Those who have been told to end leave one after another: nobody is called for that.
      if (stopReason.isEmpty()) {
        ControlLink link = members.get(number).link;
        outbox.add(() -> sendQuietly(link, type, generation, content));
      }
    }
  }
}
