package io.kindling.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/** One of two ranks between which an array goes to and fro over a plain blocking socket. */
final class PingPong implements LocalRank {

  private final int rank;
  private final RingSockets sockets;

  PingPong(int rank) throws IOException {
    this.rank = rank;
    this.sockets = new RingSockets(rank);
  }

  @Override
  public int port() {
    return sockets.port();
  }

  @Override
  public void link(List<Integer> ports) throws IOException {
    sockets.link(ports);
  }

  /** A round is a round trip. */
  @Override
  public double seconds(int floats, int rounds) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(floats * Float.BYTES);
    round(bytes);
    long began = System.nanoTime();
    for (int round = 0; round < rounds; round++) {
      round(bytes);
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private void round(ByteBuffer bytes) throws IOException {
    if (rank == 0) {
      SocketChannel other = sockets.next();
      RingSockets.write(other, bytes.clear());
      RingSockets.read(other, bytes.clear());
    } else if (rank == 1) {
      SocketChannel other = sockets.previous();
      RingSockets.read(other, bytes.clear());
      RingSockets.write(other, bytes.clear());
    }
  }

  @Override
  public void close() throws IOException {
    sockets.close();
  }
}
