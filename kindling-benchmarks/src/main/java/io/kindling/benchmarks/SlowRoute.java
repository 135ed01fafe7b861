package io.kindling.benchmarks;

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
import java.util.concurrent.locks.LockSupport;

/**
 * Lets every process send to other workers, and take from them, no faster than a network card of
 * some bits per second does. Each connection that a process opens goes through a relay in it, whose
 * bytes wait for their turn behind those of all its other connections. Adds no delay of its own
 * beside: a message costs the time its bytes take.
 *
 * @param bitsPerSecond in each direction
 */
record SlowRoute(double bitsPerSecond) implements Route {

  private static final long serialVersionUID = 1;

  private static final int PIECE = 1 << 16;
  private static final Card SENDING = new Card();
  private static final Card TAKING = new Card();

  /** One direction of the network card of this process. */
  private static final class Card {

    /** A thread oversleeps; what it is late by is made up for, up to so much. */
    private static final long LATENESS = 2_000_000;

    private long freeAt = System.nanoTime();

    void carry(int bytes, double bitsPerSecond) {
      long mine;
      synchronized (this) {
        freeAt =
            Math.max(freeAt, System.nanoTime() - LATENESS)
                + (long) (bytes * 8 * 1e9 / bitsPerSecond);
        mine = freeAt;
      }
      for (long left = mine - System.nanoTime(); left > 0; left = mine - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
  }

  @Override
  public Address to(Address address, Party peer) {
    if (peer.role() != Role.RANK) {
      return address;
    }
    try {
      ServerSocket relay = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      start(() -> join(relay, address));
      return new Address("127.0.0.1", relay.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void join(ServerSocket relay, Address target) throws IOException {
    try (relay) {
      Socket near = relay.accept();
      Socket far = new Socket();
      far.connect(new InetSocketAddress(target.host(), target.port()));
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      start(() -> pass(near, far, SENDING));
      start(() -> pass(far, near, TAKING));
    }
  }

  /** Until one end closes; then both do. */
  private void pass(Socket from, Socket to, Card card) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] piece = new byte[PIECE];
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        card.carry(count, bitsPerSecond);
        out.write(piece, 0, count);
      }
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
                // One end has closed, and with it the other: the workers tell each other why.
              }
            },
            "slow-route");
    thread.setDaemon(true);
    thread.start();
  }
}
