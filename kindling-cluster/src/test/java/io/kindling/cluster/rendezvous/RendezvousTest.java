package io.kindling.cluster.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.FrameHeader;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Payload;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.training.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RendezvousTest {

  private static final Heartbeats FAST =
      new Heartbeats(Duration.ofMillis(50), Duration.ofMillis(1500));
  private static final PortRange ANY = PortRange.anyOn("127.0.0.1");

  private final Secret secret = Secret.random();
  private final Queue<String> news = new ConcurrentLinkedQueue<>();
  private final List<Worker> workers = new ArrayList<>();
  private final List<Integer> numbers = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile int refused = -1;
  private RendezvousServer server;

  @BeforeEach
  void open() throws IOException {
    open(new WorldLimits(2, 3, 3));
  }

  private void open(WorldLimits limits) throws IOException {
    server = RendezvousServer.open(driver(), ANY, limits, FAST, new NewsOfWorkers());
  }

  @AfterEach
  void closeAndLeaveNeitherThreadNorPort() throws Exception {
    workers.forEach(worker -> worker.rendezvous.close());
    server.close();
    threads.shutdownNow();
    LoopbackThreads.assertNoneLeft();
    try (Listener again = driver().listen(PortRange.of("127.0.0.1", server.address().port(), 0))) {
      assertThat(again.address()).isEqualTo(server.address());
    }
  }

  @Test
  void allLearnTheirRanksAndTheAddressesAndPositionsOfAll() throws Exception {
    join(2);
    join(0);
    join(1);
    List<Membership> members = meet(1, 0, 1, 2);

    List<Address> addresses = List.of(address(0), address(1), address(2));
    List<Position> positions =
        List.of(new Position(0, 0), new Position(10, 1), new Position(20, 2));
    List<String> processes = List.of("e0 on host-0", "e1 on host-1", "e2 on host-2");
    for (int rank = 0; rank < 3; rank++) {
      assertThat(members.get(rank))
          .isEqualTo(new Membership("job", 1, rank, addresses, positions, processes));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(news)
                    .containsExactlyInAnyOrder(
                        "joined 2",
                        "joined 0",
                        "joined 1",
                        "formed 1 of [0, 1, 2] at step 20, because it is the first"));
    assertThat(server.present()).extracting(Newcomer::number).containsExactly(0, 1, 2);
    assertThat(server.missing(5)).isEqualTo(2);
  }

  @Test
  void whatAWorkerSaysReachesTheDriverInOrder() throws Exception {
    joinAndMeetAll();
    news.clear();
    DriverRendezvous worker = worker(1).rendezvous;
    worker.report(new Report(1, 2, 40, List.of(0.5, 1e-300)));
    worker.complain("the disk is full");
    worker.missing(0, "the rows of shard 3");
    worker.failed("training", 41, "out of memory");
    worker.done(1, 0xCAFE);
    worker.close();
    await()
        .untilAsserted(
            () ->
                assertThat(news)
                    .startsWith(
                        "Report[rank=1, epoch=2, step=40, values=[0.5, 1.0E-300]]",
                        "complaint of 1: the disk is full",
                        "missing at 1: the rows of shard 3",
                        "Failure[number=1, rank=1, host=host-1, phase=training, step=41, text=out of memory]",
                        "done 1 as rank 1: 51966",
                        "left 1"));
  }

  @Test
  void aLostRoundCallsAllForAnotherGenerationWhileTheyTrain() throws Exception {
    joinAndMeetAll();
    worker(2).rendezvous.broken(1, "Rank 2 waited 30 s for segment 5 from rank 1 in step 7.");

    String why = "Rank 2 waited 30 s for segment 5 from rank 1 in step 7.";
    for (int number = 0; number < 3; number++) {
      assertThat(worker(number).rendezvous.next())
          .isEqualTo(new Call(Call.Kind.FORM, 2, number, 3, why));
      assertThat(worker(number).heard).containsExactly("over 1: " + why);
      assertThat(worker(number).rendezvous.isOver(1)).isTrue();
      assertThat(worker(number).rendezvous.isOver(2)).isFalse();
    }
    assertThat(server.generation()).isEqualTo(2);
  }

  @Test
  void readinessForAGenerationThatIsOverEndsTheWait() throws Exception {
    joinAll();
    Call first = worker(0).rendezvous.next();
    Future<Optional<Membership>> waiting =
        threads.submit(() -> worker(0).rendezvous.ready(first, address(0), new Position(0, 0)));
    worker(1).rendezvous.close();

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(worker(0).rendezvous.next()).isEqualTo(new Call(Call.Kind.FORM, 2, 0, 2, "it left"));
  }

  @Test
  void oneIsAskedToDeliverWhenAllAreDone() throws Exception {
    joinAndMeetAll();
    for (int number = 2; number >= 0; number--) {
      worker(number).rendezvous.done(1, 7);
    }

    assertThat(worker(0).rendezvous.next().kind()).isEqualTo(Call.Kind.DELIVER);
    assertThat(worker(0).rendezvous.next().kind()).isEqualTo(Call.Kind.DELIVER);
    assertThat(worker(1).heard).isEmpty();
  }

  @Test
  void stopReachesEveryWorkerOnceWithTheFirstReason() throws Exception {
    joinAndMeetAll();
    server.stop("The user pressed stop.");
    server.stop("Another reason.");
    for (int number = 0; number < 3; number++) {
      assertThat(worker(number).rendezvous.next())
          .isEqualTo(new Call(Call.Kind.STOP, 0, 0, 0, "The user pressed stop."));
    }
    await().untilAsserted(() -> assertThat(news).contains("left 0", "left 1", "left 2"));
    await()
        .untilAsserted(
            () ->
                assertThat(workers)
                    .allSatisfy(
                        worker ->
                            assertThat(worker.heard)
                                .containsExactly("stop: The user pressed stop.")));
  }

  @Test
  void aStopEndsTheWaitForTheOthers() throws Exception {
    joinAll();
    Call first = worker(0).rendezvous.next();
    Future<Optional<Membership>> waiting =
        threads.submit(() -> worker(0).rendezvous.ready(first, address(0), new Position(0, 0)));
    server.stop("The user pressed stop.");
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(worker(0).rendezvous.next())
        .isEqualTo(new Call(Call.Kind.STOP, 0, 0, 0, "The user pressed stop."));
  }

  @Test
  void whoeverComesAfterAStopIsTold() throws Exception {
    server.stop("The user pressed stop.");
    Worker late = join(0);
    assertThatThrownBy(late.rendezvous::next)
        .isInstanceOf(LinkException.class)
        .hasMessage("The driver has stopped the job: The user pressed stop.");
    assertThat(news).isEmpty();
  }

  @Test
  void dismissesOneAndLeavesTheOthers() throws Exception {
    joinAndMeetAll();
    server.dismiss(1, "Its executor is excluded.");
    server.dismiss(9, "Nobody has this number.");
    assertThat(worker(1).rendezvous.next().text()).isEqualTo("Its executor is excluded.");
    assertThat(worker(0).rendezvous.next()).isEqualTo(new Call(Call.Kind.FORM, 2, 0, 2, "it left"));
    assertThat(worker(2).rendezvous.next()).isEqualTo(new Call(Call.Kind.FORM, 2, 1, 2, "it left"));
  }

  @Test
  void aWorkerWhoseConnectionBreaksIsLostAtOnceWithItsLastBeat() throws Exception {
    join(0);
    join(1);
    Link abrupt = joinBy(2);
    assertThat(worker(0).rendezvous.next().generation()).isEqualTo(1);
    byte[] beat = ControlMessage.ofBeat(new Beat(77, "training", true, 4096));
    abrupt.send(
        new FrameHeader(ControlMessage.HEARTBEAT, 77, 0, beat.length), Payload.of(beat), soon());
    assertThat(List.of(abrupt.receive(soon()).type(), abrupt.receive(soon()).type()))
        .containsExactlyInAnyOrder(ControlMessage.FORM, ControlMessage.HEARTBEAT);
    abrupt.close();

    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(news)
                    .anySatisfy(
                        text ->
                            assertThat(text)
                                .matches(
                                    "lost 2 as rank 2 after Beat\\[step=77, phase=training, isExchanging=true,"
                                        + " bytes=4096\\]: Worker 2 \\(.+\\) closed its link to the driver\\.")));
    assertThat(worker(0).rendezvous.next().text()).startsWith("rank 2 on host-2 is lost: Worker 2");
    assertThat(news).filteredOn(text -> text.startsWith("lost")).hasSize(1);
  }

  @Test
  void aSilentWorkerIsLostAfterTheTimeout() throws Exception {
    join(0);
    join(1);
    try (Link silent = joinBy(2)) {
      assertThat(silent.receive(soon()).type()).isEqualTo(ControlMessage.FORM);
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(news)
                      .anySatisfy(
                          text ->
                              assertThat(text)
                                  .matches(
                                      "lost 2 as rank 2 after .+: The driver waited 1\\.\\d s for a frame from"
                                          + " worker 2 \\(.+\\)\\.")));
    }
  }

  @Test
  void aWorkerWhoseWordsMakeNoSenseIsLost() throws Exception {
    join(0);
    join(1);
    try (Link strange = joinBy(2)) {
      assertThat(strange.receive(soon()).type()).isEqualTo(ControlMessage.FORM);
      strange.send(new FrameHeader((byte) 99, 0, 0, 0), Payload.empty(), soon());
      await()
          .untilAsserted(
              () ->
                  assertThat(news)
                      .anySatisfy(
                          text ->
                              assertThat(text)
                                  .matches(
                                      "lost 2 as rank 2 after .+: The driver cannot read what worker 2 \\(.+\\) sent:"
                                          + " Unexpected frame of type 99\\.")));
    }
  }

  @Test
  void heartbeatsKeepIdleWorkersAlive() throws Exception {
    joinAndMeetAll();
    news.clear();
    await().during(FAST.timeout().multipliedBy(2)).until(() -> news.isEmpty());
    assertThat(workers).allSatisfy(worker -> assertThat(worker.heard).isEmpty());
  }

  @Test
  void aWorkerWhoseLinkIsCutJoinsAgainAndKeepsItsRank() throws Exception {
    server.close();
    open(WorldLimits.exactly(2));
    try (CuttableWire wire = new CuttableWire(server.address())) {
      join(0);
      Worker cut = join(1, wire.address(), DriverRendezvous.PATIENCE);
      meet(1, 0, 1);
      wire.cut();

      List<Membership> members = meet(2, 0, 1);
      assertThat(members.get(1).rank()).isEqualTo(1);
      assertThat(members.get(1).mostAdvanced()).isEqualTo(new Position(10, 1));
      assertThat(cut.heard).hasSize(1).allMatch(text -> text.startsWith("over 1: "));
      assertThat(news).filteredOn("joined 1"::equals).hasSize(2);
      // Whichever came first, the loss or the worker itself: it is there in the end.
      assertThat(server.present()).extracting(Newcomer::number).containsExactly(0, 1);
    }
  }

  @Test
  void aWorkerWhoseLinkIsCutAgainAndAgainIsThereInTheEnd() throws Exception {
    server.close();
    open(WorldLimits.exactly(2));
    try (CuttableWire wire = new CuttableWire(server.address())) {
      join(0);
      Worker cut = join(1, wire.address(), DriverRendezvous.PATIENCE);
      for (int times = 1; times <= 10; times++) {
        int joins = times;
        await().until(() -> news.stream().filter("joined 1"::equals).count() >= joins);
        wire.cut();
      }
      assertThat(cut.heard).noneMatch(text -> text.startsWith("stop"));
      List<Future<Membership>> trainings = List.of(obey(0), obey(1));
      for (Future<Membership> training : trainings) {
        assertThat(training.get(20, TimeUnit.SECONDS).worldSize()).isEqualTo(2);
      }
    }
  }

  @Test
  void aWorkerEndsWhenTheDriverIsGoneForLongerThanItsPatience() throws Exception {
    Duration patience = Duration.ofMillis(600);
    try (CuttableWire wire = new CuttableWire(server.address())) {
      Worker worker = join(0, wire.address(), patience);
      assertThat(worker.heard).isEmpty();
      wire.end();
      assertThatThrownBy(worker.rendezvous::next)
          .isInstanceOf(LinkException.class)
          .hasMessageStartingWith(
              "worker 0 (executor e0 on host-0) lost the driver at " + wire.address() + ": ");
      await()
          .untilAsserted(
              () ->
                  assertThat(worker.heard)
                      .singleElement()
                      .asString()
                      .startsWith("stop: worker 0 "));
    }
  }

  @Test
  void aWorkerEndsWhenTheDriverTakesItsLinksButSaysNothing() throws Exception {
    Future<List<Link>> taken;
    try (Listener mute = driver().listen(ANY)) {
      taken = threads.submit(() -> acceptAll(mute));
      Worker worker = join(0, mute.address(), Duration.ofSeconds(4));
      assertThatThrownBy(worker.rendezvous::next)
          .isInstanceOf(LinkException.class)
          .hasMessageMatching(
              "worker 0 \\(.+\\) lost the driver at .+: Worker 0 waited 1\\.\\d s for a frame from the driver"
                  + " \\(.+\\)\\.");
    }
    assertThat(taken.get(10, TimeUnit.SECONDS)).hasSizeGreaterThan(1);
    taken.get().forEach(Link::close);
  }

  private static List<Link> acceptAll(Listener listener) {
    List<Link> links = new ArrayList<>();
    try {
      while (true) {
        links.add(listener.accept(soon()));
      }
    } catch (LinkException e) {
      assertThat(e.reason()).isEqualTo(LinkException.Reason.CLOSED);
      return links;
    }
  }

  @Test
  void aWorkerIsRefusedWhosePlaceIsTaken() throws Exception {
    refused = 4;
    Worker worker = join(4);
    assertThatThrownBy(worker.rendezvous::next)
        .isInstanceOf(LinkException.class)
        .hasMessage("The place of worker 4 (executor e4 on host-4) has been given to another.")
        .extracting(e -> ((LinkException) e).reason())
        .isEqualTo(LinkException.Reason.REFUSED);
    await()
        .untilAsserted(
            () ->
                assertThat(worker.heard)
                    .containsExactly(
                        "stop: The place of worker 4 (executor e4 on host-4) has been given to"
                            + " another."));
    assertThat(server.present()).isEmpty();
    assertThat(news).isEmpty();
  }

  @Test
  void aNewcomerTakesThePlaceOfOneThatRetires() throws Exception {
    joinAndMeetAll();
    join(3);
    await().untilAsserted(() -> assertThat(server.present()).hasSize(4));
    server.retire(1);
    assertThat(worker(3).rendezvous.next())
        .isEqualTo(new Call(Call.Kind.FORM, 2, 1, 3, "there are other workers for it now"));
    assertThat(worker(0).rendezvous.next().rank()).isZero();
    await().untilAsserted(() -> assertThat(worker(1).heard).hasSize(1));
    assertThat(worker(1).rendezvous.isOver(1)).isTrue();
  }

  @Test
  void aGenerationThatFormsIsRenewed() throws Exception {
    joinAll();
    assertThat(worker(0).rendezvous.next().generation()).isEqualTo(1);
    server.renew("its rows are there again");
    assertThat(worker(0).rendezvous.next())
        .isEqualTo(new Call(Call.Kind.FORM, 2, 0, 3, "its rows are there again"));
  }

  @Test
  void givesUpWhenGenerationAfterGenerationFails() throws Exception {
    joinAndMeetAll();
    for (int generation = 1; generation <= Roster.MOST_FRUITLESS; generation++) {
      worker(0).rendezvous.broken(generation, "the switch is on fire");
      meet(generation + 1, 0, 1, 2);
    }
    worker(0).rendezvous.broken(Roster.MOST_FRUITLESS + 1, "the switch is on fire");
    for (int number = 0; number < 3; number++) {
      Worker worker = worker(number);
      Call call = worker.rendezvous.next();
      Position position = position(number);
      assertThat(threads.submit(() -> worker.rendezvous.ready(call, address(0), position)))
          .isNotCancelled();
    }
    await()
        .untilAsserted(
            () ->
                assertThat(news)
                    .contains(
                        "gave up: No step was done in 6 generations of workers in a row. The last one ended"
                            + " because the switch is on fire"));
    server.stop("It gave up.");
  }

  @Test
  void aListenerThatFailsHarmsNoWorker() throws Exception {
    joinAndMeetAll();
    worker(1).rendezvous.complain("throw");
    worker(1).rendezvous.complain("and go on");
    await().untilAsserted(() -> assertThat(news).contains("complaint of 1: and go on"));
    assertThat(news).noneMatch(text -> text.startsWith("lost"));
  }

  @Test
  void nobodyJoinsInTheNameOfAnother() {
    assertThatThrownBy(
            () ->
                DriverRendezvous.join(
                    transport(1),
                    server.address(),
                    newcomer(2),
                    FAST,
                    () -> Beat.FIRST,
                    new Worker(),
                    soon()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "worker 2 (executor e2 on host-2) cannot join through the transport of worker 1.");
  }

  @Test
  void ranksHaveNoBusinessWithTheDriver() throws Exception {
    TcpTransport rank =
        TcpTransport.of(Identity.rank("job", 0, 1), secret, LinkSecurity.AUTHENTICATED);
    try (Link link = rank.connect(server.address(), Party.driver(), soon())) {
      assertThatThrownBy(() -> link.receive(soon()))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining("closed its link to rank 1");
    }
  }

  @Test
  void closingTwiceIsHarmless() throws Exception {
    joinAndMeetAll();
    worker(0).rendezvous.close();
    worker(0).rendezvous.close();
    server.close();
    server.close();
    assertThat(news).filteredOn("left 0"::equals).hasSize(1);
    assertThat(worker(0).heard).isEmpty();
  }

  @Test
  void ranksInOneProcessMeetWithoutADriver() throws Exception {
    InMemoryRendezvous inMemory = new InMemoryRendezvous("job", 1, 2);
    Future<Membership> first = threads.submit(() -> inMemory.join(0, address(0), soon()));
    assertThat(inMemory.join(1, address(1), soon()).addresses())
        .containsExactly(address(0), address(1));
    assertThat(first.get(5, TimeUnit.SECONDS).rank()).isZero();
    assertThatThrownBy(() -> inMemory.join(2, address(2), soon()))
        .hasMessage("Rank 2 cannot join. A world of 2 has ranks 0 to 1.");
  }

  /** What the driver heard, in words. */
  private final class NewsOfWorkers implements WorkerListener {
    @Override
    public boolean admits(Newcomer who) {
      return who.number() != refused;
    }

    @Override
    public void onJoined(Newcomer who) {
      news.add("joined " + who.number());
    }

    @Override
    public void onFormed(int generation, List<Newcomer> members, Position reached, String why) {
      news.add(
          "formed "
              + generation
              + " of "
              + members.stream().map(Newcomer::number).toList()
              + " at step "
              + reached.step()
              + ", because "
              + why);
    }

    @Override
    public void onReport(Report report) {
      news.add(report.toString());
    }

    @Override
    public void onFailed(Failure failure) {
      news.add(failure.toString());
    }

    @Override
    public void onMissing(Newcomer who, String what) {
      news.add("missing at " + who.number() + ": " + what);
    }

    @Override
    public void onComplaint(Newcomer who, int rank, String text) {
      if (text.equals("throw")) {
        throw new IllegalStateException("a listener that fails");
      }
      news.add("complaint of " + who.number() + ": " + text);
    }

    @Override
    public void onDone(Newcomer who, int rank, long checksum) {
      news.add("done " + who.number() + " as rank " + rank + ": " + checksum);
    }

    @Override
    public void onGaveUp(String why) {
      news.add("gave up: " + why);
    }

    @Override
    public void onLost(Newcomer who, int rank, Beat last, LinkException cause) {
      news.add(
          "lost "
              + who.number()
              + " as rank "
              + rank
              + " after "
              + last
              + ": "
              + cause.getMessage());
    }

    @Override
    public void onLeft(Newcomer who) {
      news.add("left " + who.number());
    }
  }

  /** A worker, and what cannot wait until it asks. */
  private static final class Worker implements GenerationListener {
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private DriverRendezvous rendezvous;

    @Override
    public void onOver(int generation, String why) {
      if (generation > 0) {
        heard.add("over " + generation + ": " + why);
      }
    }

    @Override
    public void onStop(String reason) {
      heard.add("stop: " + reason);
    }
  }

  private Worker join(int number) throws LinkException {
    return join(number, server.address(), DriverRendezvous.PATIENCE);
  }

  private Worker join(int number, Address driver, Duration patience) throws LinkException {
    Worker worker = new Worker();
    worker.rendezvous =
        DriverRendezvous.join(
            transport(number),
            driver,
            newcomer(number),
            FAST,
            () -> Beat.FIRST,
            worker,
            patience,
            soon());
    workers.add(worker);
    numbers.add(number);
    return worker;
  }

  private Worker worker(int number) {
    return workers.get(numbers.indexOf(number));
  }

  private void joinAll() throws LinkException {
    for (int number = 0; number < 3; number++) {
      join(number);
    }
  }

  private void joinAndMeetAll() throws Exception {
    joinAll();
    meet(1, 0, 1, 2);
  }

  /** What the workers learn that are called for a generation next, in their order. */
  private List<Membership> meet(int generation, int... called) throws Exception {
    List<Future<Membership>> meeting = new ArrayList<>();
    for (int number : called) {
      meeting.add(obey(number));
    }
    List<Membership> members = new ArrayList<>();
    for (Future<Membership> each : meeting) {
      members.add(each.get(20, TimeUnit.SECONDS));
      assertThat(members.get(members.size() - 1).generation()).isEqualTo(generation);
    }
    return members;
  }

  /** Follows calls until it is a member of a generation. */
  private Future<Membership> obey(int number) {
    DriverRendezvous rendezvous = worker(number).rendezvous;
    return threads.submit(
        () -> {
          Optional<Membership> members = Optional.empty();
          while (members.isEmpty()) {
            members = rendezvous.ready(rendezvous.next(), address(number), position(number));
          }
          return members.get();
        });
  }

  private static Position position(int number) {
    return new Position(10L * number, number);
  }

  /** A worker by hand, which says nothing by itself. */
  private Link joinBy(int number) throws LinkException {
    Link link = transport(number).connect(server.address(), Party.driver(), soon());
    byte[] who = ControlMessage.ofNewcomer(newcomer(number));
    link.send(new FrameHeader(ControlMessage.JOIN, 0, 0, who.length), Payload.of(who), soon());
    return link;
  }

  private static Newcomer newcomer(int number) {
    return new Newcomer(number, number, "e" + number, "host-" + number);
  }

  private TcpTransport driver() {
    return TcpTransport.of(Identity.driver("job"), secret, LinkSecurity.AUTHENTICATED);
  }

  private TcpTransport transport(int number) {
    return TcpTransport.of(Identity.worker("job", number), secret, LinkSecurity.AUTHENTICATED);
  }

  private static Address address(int number) {
    return new Address("host-" + number, 4000 + number);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }
}
