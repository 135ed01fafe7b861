package io.kindling.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A rank that moves as many bytes as a sum does, both ways at once, as fast as Java's blocking
 * sockets do: a thread that sends and one that receives, straight from and into native memory of
 * the array's size. Nothing is added, framed or checked, and no chunk waits for another; a round
 * ends when all has been sent and received.
 */
final class BareRing implements LocalRank {

  private final int rank;
  private final RingSockets sockets;
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "bare-ring-sender");
            thread.setDaemon(true);
            return thread;
          });
  private int worldSize;
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  BareRing(int rank) throws IOException {
    this.rank = rank;
    this.sockets = new RingSockets(rank);
  }

  @Override
  public int port() {
    return sockets.port();
  }

  @Override
  public void link(List<Integer> ports) throws IOException {
    worldSize = ports.size();
    sockets.link(ports);
  }

  @Override
  public double seconds(int floats, int rounds) throws Exception {
    if (memory.capacity() < floats * Float.BYTES) {
      memory = ByteBuffer.allocateDirect(floats * Float.BYTES);
    }
    round(floats);
    long began = System.nanoTime();
    for (int round = 0; round < rounds; round++) {
      round(floats);
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private void round(int floats) throws Exception {
    Future<?> sent =
        sender.submit(
            () -> {
              for (int step = 0; step < steps(); step++) {
                RingSockets.write(sockets.next(), chunk(floats, rank - step));
              }
              return null;
            });
    for (int step = 0; step < steps(); step++) {
      RingSockets.read(sockets.previous(), chunk(floats, rank - step - 1));
    }
    sent.get();
  }

  private int steps() {
    return 2 * (worldSize - 1);
  }

  private ByteBuffer chunk(int floats, int number) {
    int chunk = Math.floorMod(number, worldSize);
    int begin = (int) ((long) floats * chunk / worldSize) * Float.BYTES;
    int end = (int) ((long) floats * (chunk + 1) / worldSize) * Float.BYTES;
    return memory.slice(begin, end - begin);
  }

  @Override
  public void close() throws IOException {
    sender.shutdownNow();
    sockets.close();
  }
}
