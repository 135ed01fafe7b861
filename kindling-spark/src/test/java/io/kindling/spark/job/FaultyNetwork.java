package io.kindling.spark.job;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Role;
import io.kindling.cluster.transport.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Every connection that a process opens goes through a relay in it, over real sockets, which can do
 * to it what networks do.
 */
final class FaultyNetwork implements Route {

  private static final long serialVersionUID = 1;

  /** Of this process. */
  private static final List<Relay> RELAYS = new CopyOnWriteArrayList<>();

  @Override
  public Address to(Address address, Party peer) {
    try {
      Relay relay = new Relay(address, peer.role() == Role.RANK);
      RELAYS.add(relay);
      if (relay.joinsRanks) {
        relay.frozen = FREEZE_NEXT.getAndSet(false);
        relay.corrupting = CORRUPT_NEXT.getAndSet(false);
      }
      return relay.address();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For the next connection to a rank, where there was none to strike. */
  private static final AtomicBoolean FREEZE_NEXT = new AtomicBoolean();

  private static final AtomicBoolean CORRUPT_NEXT = new AtomicBoolean();

  /** Ends all connections. */
  static void cut() {
    RELAYS.forEach(Relay::close);
    RELAYS.clear();
  }

  /** Lets nothing through between ranks any longer, and keeps the connections open. */
  static void freeze() {
    FREEZE_NEXT.set(strike(each -> each.frozen = true) == 0);
  }

  /** Flips a bit of what goes to another rank next. */
  static void corrupt() {
    CORRUPT_NEXT.set(strike(each -> each.corrupting = true) == 0);
  }

  /** Strikes what joins ranks and stands; how many that are. */
  private static long strike(Consumer<Relay> fault) {
    List<Relay> standing =
        RELAYS.stream().filter(each -> each.joinsRanks && each.stands()).toList();
    standing.forEach(fault);
    return standing.size();
  }

  /** One connection, each way a thread. */
  private static final class Relay {
    private final boolean joinsRanks;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean frozen;
    private volatile boolean corrupting;

    Relay(Address target, boolean joinsRanks) throws IOException {
      this.joinsRanks = joinsRanks;
      this.server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(() -> accept(target), "relay-acceptor");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept(Address target) {
      try (server) {
        Socket near = server.accept();
        sockets.add(near);
        Socket far = new Socket();
        sockets.add(far);
        far.connect(new InetSocketAddress(target.host(), target.port()));
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        start(() -> pass(near.getInputStream(), far.getOutputStream(), true));
        start(() -> pass(far.getInputStream(), near.getOutputStream(), false));
      } catch (IOException e) {
        close(); // nobody listens behind it
      }
    }

    boolean stands() {
      return sockets.size() == 2 && sockets.stream().noneMatch(Socket::isClosed);
    }

    Address address() {
      return new Address("127.0.0.1", server.getLocalPort());
    }

    private void pass(InputStream in, OutputStream out, boolean isOutgoing) throws IOException {
      byte[] bytes = new byte[1 << 16];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        if (corrupting && isOutgoing) {
          corrupting = false;
          bytes[count / 2] ^= 0x10;
        }
        if (!frozen) {
          out.write(bytes, 0, count);
        }
      }
    }

    private interface Work {
      void run() throws IOException;
    }

    private void start(Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (IOException e) {
                  // The other end is gone.
                } finally {
                  if (!frozen) { // nobody hears of the end of what is half open
                    close();
                  }
                }
              },
              "relay");
      thread.setDaemon(true);
      thread.start();
    }

    void close() {
      try {
        server.close();
        for (Socket socket : sockets) {
          socket.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
