package io.kindling.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Route;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.training.Position;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What someone on the network sees while two ranks sum their arrays. */
class CapturedTrafficTest {

  private static final int FLOATS = 500_000;
  private static final float OF_RANK_0 = 1234.567f;
  private static final float OF_RANK_1 = -0.0031415f;

  /**
   * Among the 8 MB that travel, four bytes of chance are a given number once in 500 runs; three
   * times by no chance one would wait for.
   */
  private static final int CHANCE = 2;

  @Test
  void showsNoFloatOfAnEncryptedSum() throws Exception {
    byte[] captured = capture(LinkSecurity.ENCRYPTED);

    assertThat(captured).hasSizeGreaterThan(2 * FLOATS * Float.BYTES);
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      for (float secret : List.of(OF_RANK_0, OF_RANK_1, OF_RANK_0 + OF_RANK_1)) {
        assertThat(occurrences(secret, order, captured))
            .as("%s, %s", secret, order)
            .isLessThanOrEqualTo(CHANCE);
      }
    }
  }

  /** The same eyes do see what is not encrypted. */
  @Test
  void showsAllFloatsOfAPlainSum() throws Exception {
    byte[] captured = capture(LinkSecurity.AUTHENTICATED);

    assertThat(occurrences(OF_RANK_0, ByteOrder.LITTLE_ENDIAN, captured)).isEqualTo(FLOATS / 2);
    assertThat(occurrences(OF_RANK_1, ByteOrder.LITTLE_ENDIAN, captured)).isEqualTo(FLOATS / 2);
    assertThat(occurrences(OF_RANK_0 + OF_RANK_1, ByteOrder.LITTLE_ENDIAN, captured))
        .isEqualTo(FLOATS);
  }

  private static byte[] capture(LinkSecurity security) throws Exception {
    Secret secret = Secret.random();
    try (Capture capture = new Capture();
        Listener first = transport(0, secret, security, capture).listen(any());
        Listener second = transport(1, secret, security, capture).listen(any())) {
      List<Address> addresses = List.of(first.address(), second.address());
      CompletableFuture<float[]> other =
          CompletableFuture.supplyAsync(
              () -> sum(1, addresses, second, transport(1, secret, security, capture)));
      float[] sums = sum(0, addresses, first, transport(0, secret, security, capture));

      assertThat(sums).containsOnly(OF_RANK_0 + OF_RANK_1);
      assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(sums);
      return capture.bytes();
    }
  }

  private static float[] sum(
      int rank, List<Address> addresses, Listener listener, TcpTransport transport) {
    Membership membership =
        new Membership("job", 1, rank, addresses, List.of(Position.NONE, Position.NONE));
    float[] data = new float[FLOATS];
    Arrays.fill(data, rank == 0 ? OF_RANK_0 : OF_RANK_1);
    try (AllReduce ring =
        AllReduce.ring(membership, transport, listener, Deadline.after(Duration.ofSeconds(20)))) {
      ring.sum(data, 1);
      return data;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static TcpTransport transport(
      int rank, Secret secret, LinkSecurity security, Capture capture) {
    return TcpTransport.of(Identity.rank("job", 1, rank), secret, security).withRoute(capture);
  }

  private static PortRange any() {
    return PortRange.anyOn("127.0.0.1");
  }

  private static int occurrences(float number, ByteOrder order, byte[] captured) {
    int wanted = ByteBuffer.allocate(4).order(order).putFloat(number).getInt(0);
    int sought = order == ByteOrder.BIG_ENDIAN ? wanted : Integer.reverseBytes(wanted);
    int window = 0;
    int found = 0;
    for (int i = 0; i < captured.length; i++) {
      window = (window << 8) | (captured[i] & 0xFF);
      found += i >= 3 && window == sought ? 1 : 0;
    }
    return found;
  }

  /** A relay for every connection, which keeps all that passes, both ways. */
  private static final class Capture implements Route, AutoCloseable {

    private static final long serialVersionUID = 1;

    private final transient List<Closeable> open = new CopyOnWriteArrayList<>();
    private final transient List<ByteArrayOutputStream> captured = new CopyOnWriteArrayList<>();

    @Override
    public Address to(Address address, Party peer) {
      try {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.add(server);
        start(() -> relay(server, address));
        return new Address("127.0.0.1", server.getLocalPort());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private void relay(ServerSocket server, Address address) throws IOException {
      Socket near = server.accept();
      Socket far = new Socket(address.host(), address.port());
      open.add(near);
      open.add(far);
      start(() -> copy(near.getInputStream(), far.getOutputStream()));
      copy(far.getInputStream(), near.getOutputStream());
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
      ByteArrayOutputStream kept = new ByteArrayOutputStream();
      captured.add(kept);
      byte[] bytes = new byte[1 << 16];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        kept.write(bytes, 0, count);
        out.write(bytes, 0, count);
      }
    }

    private interface Work {
      void run() throws IOException;
    }

    private static void start(Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (IOException e) {
                  // One end is gone, and nothing is left to pass on.
                  assertThat(e).isNotNull();
                }
              },
              "relay");
      thread.setDaemon(true);
      thread.start();
    }

    byte[] bytes() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      captured.forEach(each -> all.writeBytes(each.toByteArray()));
      return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
      for (Closeable each : open) {
        each.close();
      }
    }
  }
}
