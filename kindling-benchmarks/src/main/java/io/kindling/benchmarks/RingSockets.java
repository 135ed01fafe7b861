package io.kindling.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Plain blocking sockets from a rank to the next and from the previous one. */
final class RingSockets implements AutoCloseable {

  private final int rank;
  private final ServerSocketChannel server;
  private SocketChannel next;
  private SocketChannel previous;

  RingSockets(int rank) throws IOException {
    this.rank = rank;
    this.server = ServerSocketChannel.open().bind(loopback(0));
  }

  int port() {
    return server.socket().getLocalPort();
  }

  /** A listening socket takes connections before it accepts them, so no rank waits for another. */
  void link(List<Integer> ports) throws IOException {
    next = SocketChannel.open(loopback(ports.get((rank + 1) % ports.size())));
    previous = server.accept();
    next.setOption(StandardSocketOptions.TCP_NODELAY, true);
    previous.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  SocketChannel next() {
    return next;
  }

  SocketChannel previous() {
    return previous;
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  static void read(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException();
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    if (next != null) {
      next.close();
    }
    if (previous != null) {
      previous.close();
    }
  }
}
