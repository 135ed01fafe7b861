package io.kindling.benchmarks;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.training.ExchangeException;
import io.kindling.training.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One of two ranks on this machine that sum arrays over one kind of links. */
final class RankOfTwo implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final String JOB = "benchmark";
  private static final int GENERATION = 1;

  private final int rank;
  private final TcpTransport transport;
  private final Listener listener;
  private AllReduce ring;
  private long step;

  private RankOfTwo(int rank, TcpTransport transport) throws IOException {
    this.rank = rank;
    this.transport = transport;
    this.listener = transport.listen(PortRange.anyOn(HOST));
  }

  /** Listens for the other rank; the caller closes it. */
  static RankOfTwo listen(int rank, Secret secret, LinkSecurity security) throws IOException {
    Identity self = Identity.rank(JOB, GENERATION, rank);
    return new RankOfTwo(rank, TcpTransport.of(self, secret, security));
  }

  int port() {
    return listener.address().port();
  }

  /** Links to the other rank, which does the same at this time. */
  void link(int otherPort) throws IOException {
    Address other = new Address(HOST, otherPort);
    List<Address> addresses =
        rank == 0 ? List.of(listener.address(), other) : List.of(other, listener.address());
    Membership membership =
        new Membership(JOB, GENERATION, rank, addresses, List.of(Position.NONE, Position.NONE));
    ring = AllReduce.ring(membership, transport, listener, Deadline.after(Duration.ofSeconds(30)));
  }

  /** The seconds that so many sums of so many floats take. */
  double sum(int floats, int rounds) throws ExchangeException {
    float[] data = new float[floats];
    // The other rank may still be making its array: the first round waits for it.
    ring.sum(data, step++);
    long began = System.nanoTime();
    for (int round = 0; round < rounds; round++) {
      ring.sum(data, step++);
    }
    return (System.nanoTime() - began) / 1e9;
  }

  @Override
  public void close() {
    if (ring != null) {
      ring.close();
    }
    listener.close();
  }
}
