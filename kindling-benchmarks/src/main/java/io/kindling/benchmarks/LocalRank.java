package io.kindling.benchmarks;

import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Secret;
import java.io.IOException;
import java.util.List;

/** One of several processes on this machine that move arrays among them, over loopback. */
interface LocalRank extends AutoCloseable {

  /** What the processes do with their arrays. */
  enum Kind {
    /** Sum over links that authenticate. */
    AUTHENTICATED,
    /** Sum over encrypted links. */
    ENCRYPTED,
    /** Move the bytes of a sum around a ring and add nothing. */
    BARE_RING,
    /** The first sends an array to the second, which sends it back; the others have no part. */
    PING_PONG;

    /** Listens for other ranks of the same kind; the caller closes it. */
    LocalRank listen(int rank, Secret secret) throws IOException {
      return switch (this) {
        case AUTHENTICATED -> SummingRank.listen(rank, secret, LinkSecurity.AUTHENTICATED);
        case ENCRYPTED -> SummingRank.listen(rank, secret, LinkSecurity.ENCRYPTED);
        case BARE_RING -> new BareRing(rank);
        case PING_PONG -> new PingPong(rank);
      };
    }
  }

  /** Where it listens. */
  int port();

  /**
   * Links to the others, which do the same at this time.
   *
   * @param ports of all ranks
   */
  void link(List<Integer> ports) throws IOException;

  /** The seconds that so many rounds over so many floats take, after one that does not count. */
  double seconds(int floats, int rounds) throws Exception;

  @Override
  void close() throws IOException;
}
