package io.kindling.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cluster.LoopbackThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinkContractTest {

  private static final PortRange ANY = PortRange.anyOn("127.0.0.1");
  private static final Identity RANK_0 = Identity.rank("job", 1, 0);
  private static final Identity RANK_1 = Identity.rank("job", 1, 1);

  private Listener listener;
  private Link connected;
  private Link accepted;

  static Stream<List<Transport>> transports() {
    InMemoryTransport inMemory = InMemoryTransport.of(RANK_0);
    Secret secret = Secret.random();
    return Stream.of(
        List.of(inMemory, inMemory.as(RANK_1)),
        List.of(
            TcpTransport.of(RANK_0, secret, LinkSecurity.AUTHENTICATED),
            TcpTransport.of(RANK_1, secret, LinkSecurity.AUTHENTICATED)),
        List.of(
            TcpTransport.of(RANK_0, secret, LinkSecurity.ENCRYPTED),
            TcpTransport.of(RANK_1, secret, LinkSecurity.ENCRYPTED)));
  }

  @AfterEach
  void closeAndLeaveNoThread() {
    connected.close();
    accepted.close();
    listener.close();
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void framesArriveInOrderAndWhole(List<Transport> ranks) throws Exception {
    open(ranks);
    byte[] large = new byte[Frame.MAX_PAYLOAD];
    large[large.length - 1] = 7;
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              sendQuietly(1, new byte[0]);
              sendQuietly(2, large);
              sendQuietly(3, new byte[] {1, 2, 3});
            });

    assertThat(accepted.receive(soon()).payload().remaining()).isZero();
    assertThat(accepted.receive(soon()).bytes()).isEqualTo(large);
    Frame last = accepted.receive(soon());
    assertThat(last.bytes()).containsExactly(1, 2, 3);
    assertThat(last.step()).isEqualTo(30);
    assertThat(last.part()).isEqualTo(3);
    assertThat(last.type()).isEqualTo((byte) 9);
    sending.get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whatHasBegunArrivesWholeBeforeWhatIsSentLater(List<Transport> ranks) throws Exception {
    open(ranks);
    byte[] content = new byte[100_001];
    content[content.length - 1] = 7;
    int begun = 0;
    Link.Taken taken = Link.Taken.ALL;
    while (taken == Link.Taken.ALL) {
      FrameHeader header = new FrameHeader((byte) 9, 0, begun, content.length);
      taken = connected.begin(header, Payload.of(content));
      begun += taken == Link.Taken.NOTHING ? 0 : 1;
    }
    assertThat(connected.begin(new FrameHeader((byte) 9, 0, 0, 0), Payload.empty()))
        .isEqualTo(Link.Taken.NOTHING);
    int last = begun;
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(() -> sendQuietly(last, new byte[] {1, 2}));

    for (int part = 0; part < begun; part++) {
      Frame frame = accepted.receive(soon());
      assertThat(frame.part()).isEqualTo(part);
      assertThat(frame.bytes()).isEqualTo(content);
    }
    assertThat(accepted.receive(soon()).bytes()).containsExactly(1, 2);
    sending.get(10, TimeUnit.SECONDS);
    connected.finish(soon());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aReceiveThatTimedOutCanBeRepeated(List<Transport> ranks) throws Exception {
    open(ranks);
    assertThatThrownBy(() -> accepted.receive(Deadline.after(Duration.ofMillis(50))))
        .isInstanceOf(LinkException.class)
        .hasMessageMatching("Rank 0 waited \\d+ ms for a frame from rank 1 \\(.+\\)\\.");
    sendQuietly(1, new byte[] {5});
    assertThat(accepted.receive(soon()).bytes()).containsExactly(5);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aSendThatNobodyReceivesTimesOutAndEndsTheLink(List<Transport> ranks) throws Exception {
    open(ranks);
    Deadline deadline = Deadline.after(Duration.ofMillis(500));
    FrameHeader header = new FrameHeader((byte) 1, 0, 0, Frame.MAX_PAYLOAD);
    assertThatThrownBy(
            () -> {
              while (true) {
                connected.send(header, Payload.of(new byte[Frame.MAX_PAYLOAD]), deadline);
              }
            })
        .isInstanceOf(LinkException.class)
        .hasMessageMatching("Rank 1 waited .+ to send to rank 0 \\(.+\\)\\.");
    assertThatThrownBy(() -> connected.receive(soon()))
        .isInstanceOf(LinkException.class)
        .hasMessageMatching("Rank 1 closed its link to rank 0 \\(.+\\)\\.");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void closingWakesTheReaderAtOnce(List<Transport> ranks) throws Exception {
    open(ranks);
    CompletableFuture<Throwable> reading = failureOfReceive(accepted);
    accepted.close();
    assertThat(reading.get(2, TimeUnit.SECONDS))
        .hasMessageMatching("Rank 0 closed its link to rank 1 \\(.+\\)\\.");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whatWasSentBeforeThePeerClosedStillArrives(List<Transport> ranks) throws Exception {
    open(ranks);
    sendQuietly(1, new byte[] {5});
    connected.close();
    assertThat(accepted.receive(soon()).bytes()).containsExactly(5);
    assertThat(failureOfReceive(accepted).get(2, TimeUnit.SECONDS))
        .hasMessageMatching("Rank 1 \\(.+\\) closed its link to rank 0\\.");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void anInterruptWakesTheReader(List<Transport> ranks) throws Exception {
    open(ranks);
    CompletableFuture<Throwable> reading = new CompletableFuture<>();
    Thread reader =
        new Thread(() -> failureOfReceive(accepted, reading), "reader to be interrupted");
    reader.start();
    reader.interrupt();
    assertThat(reading.get(2, TimeUnit.SECONDS))
        .hasMessageStartingWith("Rank 0 was interrupted while it waited");
  }

  @Test
  void aListenerFreesItsPortAndTriesTheNextInItsRange() throws Exception {
    open(transports().toList().get(1));
    Address taken = listener.address();
    Transport rank = TcpTransport.of(RANK_0, Secret.random(), LinkSecurity.AUTHENTICATED);
    assertThatThrownBy(() -> rank.listen(PortRange.of("127.0.0.1", taken.port(), 0)))
        .hasMessageStartingWith("Cannot listen on " + taken + ": ");
    try (Listener next = rank.listen(PortRange.of("127.0.0.1", taken.port(), 50))) {
      assertThat(next.address().port()).isGreaterThan(taken.port());
    }

    listener.close();
    try (Listener again = rank.listen(PortRange.of("127.0.0.1", taken.port(), 0))) {
      assertThat(again.address()).isEqualTo(taken);
      assertThatThrownBy(() -> again.accept(Deadline.after(Duration.ofMillis(20))))
          .hasMessageMatching("Rank 0 at .+ waited \\d+ ms for a link and none came\\.");
    }
  }

  private void open(List<Transport> ranks) throws Exception {
    listener = ranks.get(0).listen(ANY);
    connected = ranks.get(1).connect(listener.address(), Party.rank(0), soon());
    accepted = listener.accept(soon());
  }

  private void sendQuietly(int part, byte[] content) {
    try {
      connected.send(
          new FrameHeader((byte) 9, 10L * part, part, content.length), Payload.of(content), soon());
    } catch (LinkException e) {
      throw new AssertionError(e);
    }
  }

  private static CompletableFuture<Throwable> failureOfReceive(Link link) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    new Thread(() -> failureOfReceive(link, failure), "reader").start();
    return failure;
  }

  private static void failureOfReceive(Link link, CompletableFuture<Throwable> failure) {
    try {
      link.receive(soon());
      failure.complete(new AssertionError("A frame arrived."));
    } catch (LinkException e) {
      failure.complete(e);
    }
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }
}
