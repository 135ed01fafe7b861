package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Hands bytes on between whoever connects and an address, until it is cut. */
final class CuttableWire implements AutoCloseable {

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Address target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  CuttableWire(Address target) throws IOException {
    this.target = target;
    threads.execute(this::connectUntilClosed);
  }

  /** Where to connect instead. */
  Address address() {
    return new Address("127.0.0.1", server.getLocalPort());
  }

  /** Breaks all connections; new ones may be made. */
  void cut() {
    // One by one: those that come meanwhile are closed too, or stay to be cut the next time.
    sockets.removeIf(
        each -> {
          closeQuietly(each);
          return true;
        });
  }

  /** Breaks all connections for good. */
  void end() throws IOException {
    server.close();
    cut();
    threads.shutdownNow();
  }

  @Override
  public void close() throws IOException {
    end();
  }

  private void connectUntilClosed() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        sockets.add(near);
        Socket far = new Socket(target.host(), target.port());
        sockets.add(far);
        threads.execute(() -> copy(near, far));
        threads.execute(() -> copy(far, near));
        if (server.isClosed()) {
          cut(); // a connection may still be taken while the socket that listens is closed
        }
      } catch (IOException | RejectedExecutionException e) {
        cut();
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      assert e != null; // cut: both ends are closed
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
