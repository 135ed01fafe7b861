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
import java.util.Collections;
import java.util.List;

/** A rank that sums arrays with the others as training does. */
final class SummingRank implements LocalRank {

  private static final String HOST = "127.0.0.1";
  private static final String JOB = "benchmark";
  private static final int GENERATION = 1;

  private final int rank;
  private final boolean sharesProcess;
  private final TcpTransport transport;
  private final Listener listener;
  private AllReduce ring;
  private long step;

  private SummingRank(int rank, boolean sharesProcess, TcpTransport transport) throws IOException {
    this.rank = rank;
    this.sharesProcess = sharesProcess;
    this.transport = transport;
    this.listener = transport.listen(PortRange.anyOn(HOST));
  }

  static SummingRank listen(int rank, Secret secret, LinkSecurity security) throws IOException {
    Identity self = Identity.rank(JOB, GENERATION, rank);
    return new SummingRank(rank, false, TcpTransport.of(self, secret, security));
  }

  /** One of ranks that are all threads of this process, as tasks of one executor are. */
  static SummingRank listenBesideOthers(int rank, Secret secret) throws IOException {
    Identity self = Identity.rank(JOB, GENERATION, rank);
    return new SummingRank(rank, true, TcpTransport.of(self, secret, LinkSecurity.AUTHENTICATED));
  }

  @Override
  public int port() {
    return listener.address().port();
  }

  @Override
  public void link(List<Integer> ports) throws IOException {
    List<Address> addresses = ports.stream().map(port -> new Address(HOST, port)).toList();
    List<Position> positions = Collections.nCopies(ports.size(), Position.NONE);
    Membership membership =
        sharesProcess
            ? new Membership(
                JOB,
                GENERATION,
                rank,
                addresses,
                positions,
                Collections.nCopies(ports.size(), "process"))
            : new Membership(JOB, GENERATION, rank, addresses, positions);
    ring = AllReduce.ring(membership, transport, listener, Deadline.after(Duration.ofSeconds(30)));
  }

  @Override
  public double seconds(int floats, int rounds) throws ExchangeException {
    float[] data = new float[floats];
    // The other ranks may still be making their arrays: the first round waits for them.
    sum(data);
    long began = System.nanoTime();
    for (int round = 0; round < rounds; round++) {
      sum(data);
    }
    return (System.nanoTime() - began) / 1e9;
  }

  void sum(float[] data) throws ExchangeException {
    ring.sum(data, step++);
  }

  @Override
  public void close() {
    if (ring != null) {
      ring.close();
    }
    listener.close();
  }
}
