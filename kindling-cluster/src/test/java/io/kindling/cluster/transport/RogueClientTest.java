package io.kindling.cluster.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cluster.LoopbackThreads;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What whoever does not belong to a job gets from its listeners: a challenge, and the end. Every
 * case is tried on the driver's listener and on a rank's.
 */
class RogueClientTest {

  private static final Duration HANDSHAKE = Duration.ofMillis(1500);
  private static final int IDLE = 1000;

  private final Secret secret = Secret.random();
  private Listener listener;

  /** Who listens, and who may come. */
  enum Door {
    DRIVER,
    RANK;

    private Identity host() {
      return this == DRIVER ? Identity.driver("job") : Identity.rank("job", 3, 0);
    }

    private Identity guest() {
      return this == DRIVER ? Identity.worker("job", 5) : Identity.rank("job", 3, 1);
    }
  }

  @AfterEach
  void closeAndLeaveNoThread() {
    listener.close();
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void whoHasNoSecretGetsAChallengeAndTheEnd(Door door) throws Exception {
    open(door);
    long seed = System.nanoTime();
    byte[] garbage = new byte[Handshake.HELLO_BYTES];
    new Random(seed).nextBytes(garbage);
    assertThat(answerTo(garbage)).as("answer to bytes of seed %d", seed).isEmpty();
    assertThat(answerTo("GET / HTTP/1.1\r\nHost: driver\r\n\r\n".repeat(10).getBytes(UTF_8)))
        .isEmpty();
    assertThatTheGuestGetsIn(door);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void whoHasTheSecretOfAnotherJobGetsNoMore(Door door) throws Exception {
    open(door);
    try (Socket socket = connect()) {
      Handshake stranger = new Handshake(Secret.random(), door.guest(), LinkSecurity.AUTHENTICATED);
      assertThat(reply(socket, stranger.hello(challenge(socket), door.host().party()))).isEmpty();
    }
    assertThatTheGuestGetsIn(door);
  }

  /** The claims are the part of a hello that would be parsed; without proof they change nothing. */
  @ParameterizedTest
  @EnumSource(Door.class)
  void whatAnUnprovedHelloClaimsIsNeverRead(Door door) throws Exception {
    open(door);
    for (int at = 0; at < Handshake.HELLO_BYTES; at++) {
      try (Socket socket = connect()) {
        Handshake guest = new Handshake(secret, door.guest(), LinkSecurity.AUTHENTICATED);
        byte[] hello = guest.hello(challenge(socket), door.host().party());
        hello[at] ^= 0x40;
        assertThat(reply(socket, hello)).as("answer where byte %d was changed", at).isEmpty();
      }
    }
    assertThatTheGuestGetsIn(door);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aRecordedHelloOpensNothing(Door door) throws Exception {
    open(door);
    byte[] recorded;
    try (Wire wire = Wire.recording(listener.address());
        Link link = guest(door).connect(wire.address(), door.host().party(), soon());
        Link accepted = listener.accept(soon())) {
      link.send(new FrameHeader((byte) 1, 0, 0, 0), Payload.empty(), soon());
      accepted.receive(soon());
      recorded = wire.recorded();
    }
    assertThat(recorded).hasSizeGreaterThan(Handshake.HELLO_BYTES);
    assertThat(answerTo(recorded)).isEmpty();
    assertThat(answerTo(Arrays.copyOf(recorded, Handshake.HELLO_BYTES))).isEmpty();
    assertThatTheGuestGetsIn(door);
  }

  @Test
  void whoIsLeftFromAnOldGenerationIsToldSoAndGetsNoLink() throws Exception {
    open(Door.RANK);
    for (int generation : new int[] {0, 2, 4}) {
      TcpTransport old = transport(Identity.rank("job", generation, 1), secret);
      assertThatThrownBy(() -> old.connect(listener.address(), Party.rank(0), soon()))
          .isInstanceOf(LinkException.class)
          .hasMessageEndingWith(
              "It is in generation 3 of the job, this side in " + generation + ".");
    }
    assertNoLinkWaits();
  }

  @Test
  void aRankIsNoWorkerAndTheDriverTakesItsWordForNothing() throws Exception {
    open(Door.DRIVER);
    TcpTransport rank = transport(Identity.rank("job", 3, 1), secret);
    assertThatThrownBy(() -> rank.connect(listener.address(), Party.driver(), soon()))
        .isInstanceOf(LinkException.class)
        .hasMessageEndingWith("It is in generation 0 of the job, this side in 3.");
    assertNoLinkWaits();
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void whoEncryptsAndWhoDoesNotRefuseEachOtherBothWays(Door door) throws Exception {
    for (LinkSecurity mode : LinkSecurity.values()) {
      LinkSecurity otherMode =
          mode == LinkSecurity.ENCRYPTED ? LinkSecurity.AUTHENTICATED : LinkSecurity.ENCRYPTED;
      try (Listener host = TcpTransport.of(door.host(), secret, mode).listen(any())) {
        assertThatThrownBy(
                () ->
                    TcpTransport.of(door.guest(), secret, otherMode)
                        .connect(host.address(), door.host().party(), soon()))
            .isInstanceOf(LinkException.class)
            .hasMessageEndingWith(
                "Its links are " + mode + ", this side's " + otherMode + ". Set both alike.");
      }
    }
    open(door);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aHelloThatEndsHalfWayIsForgotten(Door door) throws Exception {
    open(door);
    for (int length : new int[] {0, 1, Handshake.NONCE_BYTES, Handshake.HELLO_BYTES - 1}) {
      try (Socket socket = connect()) {
        Handshake guest = new Handshake(secret, door.guest(), LinkSecurity.AUTHENTICATED);
        byte[] hello = guest.hello(challenge(socket), door.host().party());
        socket.getOutputStream().write(hello, 0, length);
        socket.shutdownOutput();
        assertThat(rest(socket)).isEmpty();
      }
    }
    assertThatTheGuestGetsIn(door);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void whoSendsMoreThanAHelloIsNotReadAnyFurther(Door door) throws Exception {
    open(door);
    byte[] oversized = new byte[16 << 20];
    Arrays.fill(oversized, (byte) 0x7F);
    assertThat(answerTo(oversized)).isEmpty();
    assertThatTheGuestGetsIn(door);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void whoDripsIsThrownOutAtTheTimeout(Door door) throws Exception {
    open(door);
    long began = System.nanoTime();
    try (Socket socket = connect()) {
      challenge(socket);
      socket.setSoTimeout(50);
      assertThat(dripUntilTheEnd(socket)).isLessThan(Handshake.HELLO_BYTES);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(HANDSHAKE, HANDSHAKE.multipliedBy(4));
    assertThatTheGuestGetsIn(door);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aThousandWhoSayNothingKeepNobodyOut(Door door) throws Exception {
    open(door);
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < IDLE; i++) {
        idle.add(connect());
        if (i % 100 == 0) {
          assertThatTheGuestGetsIn(door);
        }
      }
      assertThatTheGuestGetsIn(door);
      for (Socket socket : idle) {
        assertThat(rest(socket)).hasSizeLessThanOrEqualTo(Handshake.NONCE_BYTES);
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  private void open(Door door) throws IOException {
    listener = transport(door.host(), secret).listen(any());
  }

  private void assertThatTheGuestGetsIn(Door door) throws LinkException {
    try (Link link = guest(door).connect(listener.address(), door.host().party(), soon());
        Link accepted = listener.accept(soon())) {
      assertThat(accepted.peer()).isEqualTo(door.guest().party());
      assertThat(link.peer()).isEqualTo(door.host().party());
    }
  }

  private void assertNoLinkWaits() {
    assertThatThrownBy(() -> listener.accept(Deadline.after(Duration.ofMillis(100))))
        .hasMessageEndingWith("for a link and none came.");
  }

  private TcpTransport guest(Door door) {
    return transport(door.guest(), secret);
  }

  private static TcpTransport transport(Identity self, Secret secret) {
    return TcpTransport.of(self, secret, LinkSecurity.AUTHENTICATED)
        .withHandshakeTimeout(HANDSHAKE);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(listener.address().host(), listener.address().port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** All that comes back for the bytes, behind the challenge. */
  private byte[] answerTo(byte[] bytes) throws IOException {
    try (Socket socket = connect()) {
      challenge(socket);
      return reply(socket, bytes);
    }
  }

  private static byte[] challenge(Socket socket) throws IOException {
    return socket.getInputStream().readNBytes(Handshake.NONCE_BYTES);
  }

  private static byte[] reply(Socket socket, byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // It has hung up before it was told everything.
      assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
    }
    return rest(socket);
  }

  private static byte[] rest(Socket socket) throws IOException {
    ByteBuffer rest = ByteBuffer.allocate(1 << 16);
    try {
      for (int next = socket.getInputStream().read();
          next >= 0;
          next = socket.getInputStream().read()) {
        rest.put((byte) next);
      }
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    return Arrays.copyOf(rest.array(), rest.position());
  }

  /** Sends a byte every now and then; how many it took until the other side hung up. */
  private static int dripUntilTheEnd(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    for (int sent = 0; true; sent++) {
      try {
        out.write(sent);
        if (socket.getInputStream().read() < 0) {
          return sent;
        }
      } catch (SocketTimeoutException e) {
        // Not yet; the wait for an answer was the pause between two drops.
        assertThat(sent).isLessThan(Handshake.HELLO_BYTES);
      } catch (SocketException e) {
        return sent;
      }
    }
  }

  private static PortRange any() {
    return PortRange.anyOn("127.0.0.1");
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }
}
