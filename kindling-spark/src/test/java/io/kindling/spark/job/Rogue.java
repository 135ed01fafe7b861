package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One who does not belong to a job and tries one of its ports. All it ever gets is the 32 bytes of
 * a challenge, which are sent to whoever connects, and the end of the connection.
 */
final class Rogue {

  private static final int CHALLENGE_BYTES = 32;
  private static final int IDLE = 1000;
  private static final Duration HANDSHAKE = TcpTransport.DEFAULT_HANDSHAKE_TIMEOUT;

  private final Address target;

  Rogue(Address target) {
    this.target = target;
  }

  /** No secret: bytes of chance, of fewer, exactly as many, and far more than a handshake has. */
  void triesChance(int helloBytes) throws IOException {
    for (int count : new int[] {0, 1, helloBytes / 2, helloBytes - 1, helloBytes, 8 << 20}) {
      byte[] bytes = new byte[count];
      new Random(count).nextBytes(bytes);
      assertGetsNothingFor(bytes);
    }
  }

  /** A handshake that opened a link, sent once more, whole and cut. */
  void replays(byte[] hello) throws IOException {
    assertGetsNothingFor(hello);
    assertGetsNothingFor(Arrays.copyOf(hello, hello.length - 1));
  }

  /** A secret, but not the job's. */
  void triesTheSecretOfAnotherJob(String job, Party owner) {
    for (String name : List.of(job, "another job")) {
      assertThatThrownBy(
              () ->
                  connect(self(owner, name, 1), owner, Secret.random(), LinkSecurity.AUTHENTICATED))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining("it ended the handshake.");
    }
  }

  /** The job's own secret, from a generation before this one: a worker that was given up. */
  void comesFromAnOldGeneration(String job, Secret secret, LinkSecurity security, Party owner) {
    assertThatThrownBy(() -> connect(Identity.rank(job, 0, 1), owner, secret, security))
        .isInstanceOf(LinkException.class)
        .hasMessageEndingWith("It is in generation 1 of the job, this side in 0.");
  }

  /** Another mode than the job's, with its secret. */
  void wantsAnotherMode(String job, Secret secret, LinkSecurity security, Party owner) {
    assertThatThrownBy(() -> connect(self(owner, job, 1), owner, secret, security))
        .isInstanceOf(LinkException.class)
        .hasMessageMatching(
            ".*Its links are \\w+, this side's " + security + "\\. Set both alike\\.");
  }

  /** A byte now and then, until it is thrown out. */
  void drips() throws IOException {
    long began = System.nanoTime();
    try (Socket socket = open()) {
      socket.getInputStream().readNBytes(CHALLENGE_BYTES);
      socket.setSoTimeout(500);
      boolean open = true;
      while (open) {
        try {
          socket.getOutputStream().write(1);
          open = socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
          assertThat(System.nanoTime() - began).isLessThan(3 * HANDSHAKE.toNanos());
        } catch (SocketException e) {
          open = false;
        }
      }
    }
  }

  /** A thousand that say nothing; open until the caller closes them. */
  List<Socket> idles() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < IDLE; i++) {
      sockets.add(open());
    }
    return sockets;
  }

  private static Identity self(Party owner, String job, int generation) {
    return owner.equals(Party.driver())
        ? Identity.worker(job, 1)
        : Identity.rank(job, generation, 1 - owner.number());
  }

  private void connect(Identity self, Party owner, Secret secret, LinkSecurity security)
      throws LinkException {
    TcpTransport.of(self, secret, security)
        .connect(target, owner, Deadline.after(Duration.ofSeconds(30)))
        .close();
  }

  private void assertGetsNothingFor(byte[] bytes) throws IOException {
    try (Socket socket = open()) {
      socket.getInputStream().readNBytes(CHALLENGE_BYTES);
      try {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readNBytes(1)).isEmpty();
      } catch (SocketException e) {
        // Hung up on before all was said.
        assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
      }
    }
  }

  private Socket open() throws IOException {
    Socket socket = new Socket(target.host(), target.port());
    socket.setSoTimeout(3 * (int) HANDSHAKE.toMillis());
    return socket;
  }
}
