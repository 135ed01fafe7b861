package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.InMemoryTransport;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.cluster.transport.Transport;
import java.util.List;
import java.util.stream.IntStream;

/** The transports that contracts are checked over. */
enum Wiring {
  IN_MEMORY,
  TCP_AUTHENTICATED,
  TCP_ENCRYPTED;

  /** A transport for each rank, all in one network. */
  List<Transport> transports(int worldSize) {
    List<Identity> ranks =
        IntStream.range(0, worldSize).mapToObj(rank -> Identity.rank("job", 1, rank)).toList();
    if (this == IN_MEMORY) {
      InMemoryTransport first = InMemoryTransport.of(ranks.get(0));
      return ranks.stream().<Transport>map(first::as).toList();
    }

    Secret secret = Secret.random();
    LinkSecurity security =
        this == TCP_ENCRYPTED ? LinkSecurity.ENCRYPTED : LinkSecurity.AUTHENTICATED;
    return ranks.stream().<Transport>map(rank -> TcpTransport.of(rank, secret, security)).toList();
  }
}
