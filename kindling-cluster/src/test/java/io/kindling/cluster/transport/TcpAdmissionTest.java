package io.kindling.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cluster.LoopbackThreads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TcpAdmissionTest {

  private static final Duration HANDSHAKE = Duration.ofMillis(500);
  private static final PortRange ANY = PortRange.anyOn("127.0.0.1");
  private static final Party RANK_0 = Party.rank(0);

  private final Secret secret = Secret.random();
  private Listener listener;

  @BeforeEach
  void listen() throws IOException {
    listener = rank(0, secret, LinkSecurity.AUTHENTICATED).listen(ANY);
  }

  @AfterEach
  void closeAndLeaveNoThread() {
    listener.close();
    LoopbackThreads.assertNoneLeft();
  }

  @Test
  void bothEndsKnowEachOther() throws Exception {
    try (Link link = connectRank(1);
        Link accepted = listener.accept(soon())) {
      assertThat(accepted.peer()).isEqualTo(Party.rank(1));
      assertThat(link.peer()).isEqualTo(RANK_0);
      assertThat(link.describePeer()).isEqualTo("rank 0 (" + listener.address() + ")");
    }
  }

  @Test
  void refusesAnotherSecret() throws Exception {
    TcpTransport stranger = rank(1, Secret.random(), LinkSecurity.AUTHENTICATED);
    assertThatThrownBy(() -> stranger.connect(listener.address(), RANK_0, soon()))
        .isInstanceOf(LinkException.class)
        .hasMessage(
            "Rank 1 failed to link to rank 0 ("
                + listener.address()
                + "): it ended the handshake. The two sides know different secrets, or something"
                + " else listens there.")
        .extracting("reason")
        .isEqualTo(LinkException.Reason.REFUSED);
    assertOnlyRightfulPeersGetIn();
  }

  @Test
  void refusesGarbage() throws Exception {
    byte[] garbage = new byte[10_000];
    new Random(1).nextBytes(garbage);
    try (Socket socket = openSocket()) {
      socket.getOutputStream().write(garbage);
      assertEndsAfterTheChallenge(socket);
    }

    assertOnlyRightfulPeersGetIn();
  }

  @Test
  void refusesARecordedHandshake() throws Exception {
    byte[] recorded;
    try (Wire wire = Wire.recording(listener.address());
        Link link =
            rank(1, secret, LinkSecurity.AUTHENTICATED).connect(wire.address(), RANK_0, soon());
        Link accepted = listener.accept(soon())) {
      link.send(new FrameHeader((byte) 1, 0, 0, 0), Payload.empty(), soon());
      accepted.receive(soon());
      recorded = wire.recorded();
    }

    assertThat(recorded).hasSizeGreaterThan(Handshake.HELLO_BYTES);
    try (Socket socket = openSocket()) {
      socket.getOutputStream().write(recorded);
      assertEndsAfterTheChallenge(socket);
    }

    assertOnlyRightfulPeersGetIn();
  }

  @Test
  void throwsOutWhoSendsNothingAndHoldsUpNobody() throws Exception {
    try (Socket silent = openSocket()) {
      assertOnlyRightfulPeersGetIn();
      long start = System.nanoTime();
      assertEndsAfterTheChallenge(silent);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(HANDSHAKE.multipliedBy(6));
    }
  }

  @Test
  void letsRightfulPeersInWhileStrangersFloodIt() throws Exception {
    List<Socket> flood = new ArrayList<>();
    try {
      for (int i = 0; i < TcpListener.MAX_HANDSHAKES + 50; i++) {
        flood.add(openSocket());
      }

      assertOnlyRightfulPeersGetIn();
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
    }
  }

  @Test
  void refusesAnotherJobWithTheSameSecret() {
    TcpTransport other =
        TcpTransport.of(Identity.rank("another job", 1, 1), secret, LinkSecurity.AUTHENTICATED);
    assertThatThrownBy(() -> other.connect(listener.address(), RANK_0, soon()))
        .isInstanceOf(LinkException.class)
        .hasMessageEndingWith("It belongs to another job.");
  }

  @Test
  void refusesAnotherGeneration() {
    TcpTransport other =
        TcpTransport.of(Identity.rank("job", 2, 1), secret, LinkSecurity.AUTHENTICATED);
    assertThatThrownBy(() -> other.connect(listener.address(), RANK_0, soon()))
        .isInstanceOf(LinkException.class)
        .hasMessageEndingWith("It is in generation 1 of the job, this side in 2.");
  }

  @Test
  void refusesAnotherSecurityInsteadOfTheWeakerOfBoth() {
    TcpTransport other = rank(1, secret, LinkSecurity.ENCRYPTED);
    assertThatThrownBy(() -> other.connect(listener.address(), RANK_0, soon()))
        .isInstanceOf(LinkException.class)
        .hasMessageEndingWith(
            "Its links are AUTHENTICATED, this side's ENCRYPTED. Set both alike.");
  }

  @Test
  void refusesWhoLooksForSomeoneElse() {
    TcpTransport other = rank(1, secret, LinkSecurity.AUTHENTICATED);
    assertThatThrownBy(() -> other.connect(listener.address(), Party.rank(7), soon()))
        .isInstanceOf(LinkException.class)
        .hasMessageEndingWith("It is rank 0, not rank 7.");
  }

  @Test
  void aListenerThatDoesNotKnowTheSecretGetsNoLink() throws Exception {
    try (Listener fake = rank(0, Secret.random(), LinkSecurity.AUTHENTICATED).listen(ANY)) {
      assertThatThrownBy(
              () ->
                  rank(1, secret, LinkSecurity.AUTHENTICATED)
                      .connect(fake.address(), RANK_0, soon()))
          .isInstanceOf(LinkException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(LinkSecurity.class)
  void refusesAnOversizeLengthEvenFromAPeerThatProvedItself(LinkSecurity security)
      throws Exception {
    try (Listener strict = rank(0, secret, security).listen(ANY);
        TimedChannel channel = shakeHands(strict.address(), security);
        Link accepted = strict.accept(soon())) {
      ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(length.putInt(Integer.MAX_VALUE).flip(), soon());
      assertThatThrownBy(() -> accepted.receive(soon()))
          .isInstanceOf(LinkException.class)
          .hasMessageMatching(
              "Rank 0 received damage from rank 1 \\(.+\\): a frame claims 2147483647 bytes where at"
                  + " most \\d+ fit\\.");
    }
  }

  @ParameterizedTest
  @EnumSource(LinkSecurity.class)
  void aByteDamagedOnTheWayIsNoticed(LinkSecurity security) throws Exception {
    int inTheFirstPayload = Handshake.HELLO_BYTES + 4 + FrameCodec.HEADER_BYTES + 10;
    try (Listener strict = rank(0, secret, security).listen(ANY);
        Wire wire = Wire.damaging(strict.address(), inTheFirstPayload);
        Link link = rank(1, secret, security).connect(wire.address(), RANK_0, soon());
        Link accepted = strict.accept(soon())) {
      link.send(new FrameHeader((byte) 1, 0, 0, 100), Payload.of(new byte[100]), soon());
      assertThatThrownBy(() -> accepted.receive(soon()))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining(
              security == LinkSecurity.ENCRYPTED
                  ? "a record whose GCM tag does not match."
                  : "a frame of 100 bytes does not match its CRC32C checksum.")
          .extracting("reason")
          .isEqualTo(LinkException.Reason.CORRUPT);
    }
  }

  @Test
  void encryptedFramesCannotBeReadOnTheWay() throws Exception {
    byte[] text = "the loss is 0.123".getBytes(StandardCharsets.UTF_8);
    for (LinkSecurity security : LinkSecurity.values()) {
      try (Listener other = rank(0, secret, security).listen(ANY);
          Wire wire = Wire.recording(other.address());
          Link link = rank(1, secret, security).connect(wire.address(), RANK_0, soon());
          Link accepted = other.accept(soon())) {
        link.send(new FrameHeader((byte) 1, 0, 0, text.length), Payload.of(text), soon());
        assertThat(accepted.receive(soon()).bytes()).isEqualTo(text);
        assertThat(indexOf(text, wire.recorded()) < 0)
            .isEqualTo(security == LinkSecurity.ENCRYPTED);
      }
    }
  }

  @Test
  void theSecretIsNotInItsText() {
    assertThat(secret).hasToString("Secret[256 bits]");
  }

  private void assertOnlyRightfulPeersGetIn() throws LinkException {
    try (Link link = connectRank(2);
        Link accepted = listener.accept(soon())) {
      assertThat(accepted.peer()).isEqualTo(link == null ? null : Party.rank(2));
    }
  }

  private TimedChannel shakeHands(Address address, LinkSecurity security) throws Exception {
    TimedChannel channel =
        TimedChannel.connect(new InetSocketAddress(address.host(), address.port()), soon());
    ByteBuffer challenge = ByteBuffer.allocate(Handshake.NONCE_BYTES);
    channel.read(challenge, soon());
    Handshake handshake = rank(1, secret, security).newHandshake();
    channel.write(ByteBuffer.wrap(handshake.hello(challenge.array(), RANK_0)), soon());
    channel.read(ByteBuffer.allocate(Handshake.ANSWER_BYTES), soon());
    return channel;
  }

  private Socket openSocket() throws IOException {
    return new Socket(listener.address().host(), listener.address().port());
  }

  private Link connectRank(int rank) throws LinkException {
    return rank(rank, secret, LinkSecurity.AUTHENTICATED)
        .connect(listener.address(), RANK_0, soon());
  }

  private static void assertEndsAfterTheChallenge(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    int bytes = 0;
    try {
      while (socket.getInputStream().read() >= 0) {
        bytes++;
      }
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }

    assertThat(bytes).isLessThanOrEqualTo(Handshake.NONCE_BYTES);
  }

  private static TcpTransport rank(int rank, Secret secret, LinkSecurity security) {
    return TcpTransport.of(Identity.rank("job", 1, rank), secret, security)
        .withHandshakeTimeout(HANDSHAKE);
  }

  private static int indexOf(byte[] part, byte[] whole) {
    return new String(whole, StandardCharsets.ISO_8859_1)
        .indexOf(new String(part, StandardCharsets.ISO_8859_1));
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }
}
