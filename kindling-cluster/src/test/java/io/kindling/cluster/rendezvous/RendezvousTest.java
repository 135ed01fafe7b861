package io.kindling.cluster.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RendezvousTest {

  private static final Heartbeats FAST =
      new Heartbeats(Duration.ofMillis(50), Duration.ofMillis(1500));
  private static final PortRange ANY = PortRange.anyOn("127.0.0.1");

  private final Secret secret = Secret.random();
  private final Queue<String> news = new ConcurrentLinkedQueue<>();
  private final Queue<String> stops = new ConcurrentLinkedQueue<>();
  private final List<DriverRendezvous> workers = new ArrayList<>();
  private RendezvousServer server;

  @BeforeEach
  void open() throws IOException {
    server = RendezvousServer.open(driver(1), ANY, 3, FAST, new NewsOfWorkers());
  }

  @AfterEach
  void closeAndLeaveNeitherThreadNorPort() throws Exception {
    workers.forEach(DriverRendezvous::close);
    server.close();
    LoopbackThreads.assertNoneLeft();
    try (Listener again = driver(1).listen(PortRange.of("127.0.0.1", server.address().port(), 0))) {
      assertThat(again.address()).isEqualTo(server.address());
    }
  }

  @Test
  void allRanksLearnTheAddressesOfAll() throws Exception {
    List<CompletableFuture<Membership>> joining = joinAll();
    List<Address> expected = List.of(address(0), address(1), address(2));
    assertThat(server.awaitAll(soon())).isEqualTo(expected);
    for (int rank = 0; rank < 3; rank++) {
      assertThat(joining.get(rank).get(10, TimeUnit.SECONDS))
          .isEqualTo(new Membership("job", 1, rank, expected));
    }
  }

  @Test
  void reportsFailuresAndLeavesReachTheDriverInOrder() throws Exception {
    joinedAll();
    workers.get(1).report(new Report(1, 2, 40, List.of(0.5, 1e-300)));
    workers
        .get(1)
        .failed(new Failure(1, "host-1", Failure.Origin.OWN, "training", 41, "out of memory"));
    workers.get(1).close();
    await()
        .untilAsserted(
            () ->
                assertThat(news)
                    .containsExactly(
                        "Report[rank=1, epoch=2, step=40, values=[0.5, 1.0E-300]]",
                        "Failure[rank=1, host=host-1, origin=OWN, phase=training, step=41, text=out of memory]",
                        "left 1"));
  }

  @Test
  void stopReachesEveryWorkerOnce() throws Exception {
    joinedAll();
    server.stop("Rank 2 was lost.");
    server.stop("Another reason.");
    await().untilAsserted(() -> assertThat(stops).hasSize(3));
    assertThat(stops).containsOnly("Rank 2 was lost.");
    await().untilAsserted(() -> assertThat(news).contains("left 0", "left 1", "left 2"));
  }

  @Test
  void aStopBeforeAllHaveJoinedEndsTheWait() throws Exception {
    CompletableFuture<Membership> joining = join(0);
    await().until(() -> isMissing("[1, 2]"));
    server.stop("The user pressed stop.");
    assertThatThrownBy(() -> joining.get(5, TimeUnit.SECONDS))
        .hasRootCauseMessage("The user pressed stop.");
    assertThatThrownBy(() -> server.awaitAll(soon()))
        .hasMessage("The driver stopped while it waited for ranks: The user pressed stop.");
    assertThat(stops).isEmpty();
  }

  @Test
  void aWorkerWhoseConnectionBreaksIsLostAtOnceWithItsLastStep() throws Exception {
    try (Link abrupt = connect(2)) {
      startJoining(0, 1);
      joinBy(abrupt);
      server.awaitAll(soon());
      abrupt.send(new FrameHeader(ControlMessage.HEARTBEAT, 77, 0, 0), Payload.empty(), soon());
      assertThat(List.of(abrupt.receive(soon()).type(), abrupt.receive(soon()).type()))
          .containsExactlyInAnyOrder(ControlMessage.MEMBERSHIP, ControlMessage.HEARTBEAT);
    }

    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(news)
                    .anySatisfy(
                        text -> assertThat(text).startsWith("lost 2 on host-2 after step 77: ")));
  }

  @Test
  void aSilentWorkerIsLostAfterTheTimeout() throws Exception {
    startJoining(0, 1);
    try (Link silent = connect(2)) {
      joinBy(silent);
      server.awaitAll(soon());
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(news)
                      .singleElement()
                      .asString()
                      .matches(
                          "lost 2 on host-2 after step 0: The driver waited 1\\.\\d s for a frame"
                              + " from rank 2 \\(.+\\)\\."));
    }
  }

  @Test
  void heartbeatsKeepIdleWorkersAliveAndCarryTheirStep() throws Exception {
    joinedAll();
    workers.get(0).reachedStep(12);
    await().during(FAST.timeout().multipliedBy(2)).until(() -> news.isEmpty() && stops.isEmpty());
  }

  @Test
  void workersStopWhenTheDriverDies() throws Exception {
    try (Listener dying = driver(1).listen(ANY)) {
      DriverRendezvous worker = worker(0, dying.address());
      CompletableFuture<Membership> joining = start(worker, 0);
      try (Link link = dying.accept(soon())) {
        Frame join = link.receive(soon());
        assertThat(ControlMessage.address(join)).isEqualTo(address(0));
        sendWorldOfOne(link);
        joining.get(5, TimeUnit.SECONDS);
      }

      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(
              () ->
                  assertThat(stops)
                      .singleElement()
                      .asString()
                      .startsWith("Rank 0 lost the driver at " + dying.address() + ": "));
    }
  }

  @Test
  void workersStopWhenTheDriverIsSilent() throws Exception {
    try (Listener mute = driver(1).listen(ANY)) {
      DriverRendezvous worker = worker(0, mute.address());
      CompletableFuture<Membership> joining = start(worker, 0);
      try (Link link = mute.accept(soon())) {
        sendWorldOfOne(link);
        joining.get(5, TimeUnit.SECONDS);
        await()
            .atMost(Duration.ofSeconds(10))
            .untilAsserted(
                () ->
                    assertThat(stops)
                        .singleElement()
                        .asString()
                        .containsPattern("Rank 0 waited 1\\.\\d s for a frame from the driver"));
        worker.close();
      }
    }
  }

  @Test
  void refusesARankThatHasJoined() throws Exception {
    CompletableFuture<Membership> first = join(0);
    await().until(() -> isMissing("[1, 2]"));
    assertThatThrownBy(() -> join(0).get(5, TimeUnit.SECONDS))
        .hasRootCauseMessage(
            "Rank 0 at host-0:4000 cannot join. The same rank has joined from host-0:4000 and is"
                + " alive; give every worker a rank of its own.");
    assertThat(first).isNotDone();
  }

  @Test
  void refusesARankOutsideTheWorld() {
    assertThatThrownBy(() -> join(3).get(5, TimeUnit.SECONDS))
        .hasRootCauseMessage("Rank 3 cannot join. A world of 3 has ranks 0 to 2.");
  }

  @Test
  void refusesAnotherGeneration() {
    DriverRendezvous late =
        DriverRendezvous.at(server.address(), transport(2, 0), FAST, stops::add);
    assertThatThrownBy(() -> late.join(0, address(0), soon()))
        .isInstanceOf(LinkException.class)
        .hasMessageEndingWith("It is in generation 1 of the job, this side in 2.");
  }

  @Test
  void aRankLostBeforeAllHaveJoinedMayJoinAgain() throws Exception {
    try (Link abrupt = connect(0)) {
      joinBy(abrupt);
      await().until(() -> isMissing("[1, 2]"));
    }

    await().until(() -> isMissing("[0, 1, 2]"));
    joinedAll();
  }

  @Test
  void namesTheRanksThatDidNotCome() throws Exception {
    CompletableFuture<Membership> joining = join(1);
    await().until(() -> isMissing("[0, 2]"));
    assertThatThrownBy(() -> server.awaitAll(Deadline.after(Duration.ofMillis(30))))
        .isInstanceOf(LinkException.class)
        .hasMessageMatching(
            "The driver at .+ waited \\d+ ms for 3 ranks; missing are \\[0, 2\\]\\.");
    assertThat(joining).isNotDone();
  }

  @Test
  void aWorkerGivesUpWhenTheOthersDoNotCome() {
    DriverRendezvous worker = worker(0, server.address());
    assertThatThrownBy(() -> worker.join(0, address(0), Deadline.after(Duration.ofMillis(300))))
        .isInstanceOf(LinkException.class)
        .hasMessageMatching(
            "Rank 0 waited \\d+ ms for all ranks to join; the driver at .+ knows who is missing\\.");
    assertThat(stops).isEmpty();
  }

  @Test
  void ranksInOneProcessMeetWithoutADriver() throws Exception {
    InMemoryRendezvous inMemory = new InMemoryRendezvous("job", 1, 2);
    CompletableFuture<Membership> first =
        CompletableFuture.supplyAsync(() -> joinQuietly(inMemory, 0));
    assertThat(inMemory.join(1, address(1), soon()).addresses())
        .containsExactly(address(0), address(1));
    assertThat(first.get(5, TimeUnit.SECONDS).rank()).isZero();
    assertThatThrownBy(() -> inMemory.join(2, address(2), soon()))
        .hasMessage("Rank 2 cannot join. A world of 2 has ranks 0 to 1.");
  }

  /** What the driver heard, in words. */
  private final class NewsOfWorkers implements WorkerListener {
    @Override
    public void onReport(Report report) {
      news.add(report.toString());
    }

    @Override
    public void onFailed(Failure failure) {
      news.add(failure.toString());
    }

    @Override
    public void onLost(int rank, String host, long lastStep, LinkException cause) {
      news.add(
          "lost " + rank + " on " + host + " after step " + lastStep + ": " + cause.getMessage());
    }

    @Override
    public void onLeft(int rank) {
      news.add("left " + rank);
    }
  }

  private List<CompletableFuture<Membership>> joinAll() {
    return List.of(join(0), join(1), join(2));
  }

  private void joinedAll() throws Exception {
    for (CompletableFuture<Membership> joining : joinAll()) {
      joining.get(10, TimeUnit.SECONDS);
    }
  }

  private void startJoining(int... ranks) {
    for (int rank : ranks) {
      assertThat(join(rank)).isNotCompletedExceptionally();
    }
  }

  private CompletableFuture<Membership> join(int rank) {
    return start(worker(rank, server.address()), rank);
  }

  private DriverRendezvous worker(int rank, Address driver) {
    DriverRendezvous worker = DriverRendezvous.at(driver, transport(1, rank), FAST, stops::add);
    workers.add(worker);
    return worker;
  }

  private static CompletableFuture<Membership> start(Rendezvous rendezvous, int rank) {
    CompletableFuture<Membership> joining = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                joining.complete(rendezvous.join(rank, address(rank), soon()));
              } catch (LinkException | RuntimeException e) {
                joining.completeExceptionally(new AssertionError(rootOf(e)));
              }
            },
            "joiner")
        .start();
    return joining;
  }

  private static Throwable rootOf(Throwable e) {
    return e.getCause() == null ? e : rootOf(e.getCause());
  }

  private boolean isMissing(String ranks) {
    try {
      server.awaitAll(Deadline.after(Duration.ZERO));
      return false;
    } catch (LinkException e) {
      return e.getMessage().endsWith("missing are " + ranks + ".");
    }
  }

  private Link connect(int rank) throws LinkException {
    return transport(1, rank).connect(server.address(), Party.driver(), soon());
  }

  private static void joinBy(Link link) throws LinkException {
    byte[] address = ControlMessage.ofAddress(new Address("host-2", 4002));
    link.send(
        new FrameHeader(ControlMessage.JOIN, 0, 0, address.length), Payload.of(address), soon());
  }

  private static void sendWorldOfOne(Link link) throws LinkException {
    byte[] addresses = ControlMessage.ofAddresses(List.of(address(0)));
    link.send(
        new FrameHeader(ControlMessage.MEMBERSHIP, 0, 0, addresses.length),
        Payload.of(addresses),
        soon());
  }

  private static Membership joinQuietly(Rendezvous rendezvous, int rank) {
    try {
      return rendezvous.join(rank, address(rank), soon());
    } catch (LinkException e) {
      throw new AssertionError(e);
    }
  }

  private TcpTransport driver(int generation) {
    return TcpTransport.of(Identity.driver("job", generation), secret, LinkSecurity.AUTHENTICATED);
  }

  private TcpTransport transport(int generation, int rank) {
    return TcpTransport.of(
        Identity.worker("job", generation, rank), secret, LinkSecurity.AUTHENTICATED);
  }

  private static Address address(int rank) {
    return new Address("host-" + rank, 4000 + rank);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }
}
