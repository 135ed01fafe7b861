package io.kindling.cluster.transport;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Links between threads of one process, for tests and for training in one JVM.
 *
 * <p>Parties reach each other when their transports come from one another by {@link #as}. There is
 * no secret because nobody else can get in; job, generation and party are checked as over TCP.
 */
public final class InMemoryTransport implements Transport {

  private final Identity self;
  private final Network network;

  private record Network(Map<Address, InMemoryListener> listeners, AtomicInteger lastPort) {}

  private InMemoryTransport(Identity self, Network network) {
    this.self = self;
    this.network = network;
  }

  /** The first party of a network of its own. */
  public static InMemoryTransport of(Identity self) {
    return new InMemoryTransport(self, new Network(new ConcurrentHashMap<>(), new AtomicInteger()));
  }

  /** Another party in this one's network. */
  public InMemoryTransport as(Identity other) {
    return new InMemoryTransport(other, network);
  }

  @Override
  public Identity self() {
    return self;
  }

  @Override
  public Listener listen(PortRange ports) throws IOException {
    int port = ports.firstPort() == 0 ? network.lastPort.incrementAndGet() : ports.firstPort();
    InMemoryListener listener = new InMemoryListener(new Address(ports.host(), port));
    if (network.listeners.putIfAbsent(listener.address, listener) != null) {
      throw new IOException("Cannot listen on " + ports + ": it is in use. Use another port.");
    }

    return listener;
  }

  @Override
  public Link connect(Address address, Party peer, Deadline deadline) throws LinkException {
    String failed =
        self.party().capitalized() + " failed to link to " + peer + " (" + address + ")";
    InMemoryListener listener =
        Optional.ofNullable(network.listeners.get(address))
            .orElseThrow(
                () ->
                    new LinkException(
                        LinkException.Reason.CLOSED, failed + ": nobody listens there."));
    Claims mine = Claims.of(self, LinkSecurity.AUTHENTICATED, peer);
    Claims theirs = Claims.of(listener.owner(), LinkSecurity.AUTHENTICATED, self.party());
    Refusal refusal = theirs.refusalOf(mine);
    if (refusal != Refusal.NONE) {
      throw new LinkException(
          LinkException.Reason.REFUSED, failed + ". " + refusal.explain(mine, theirs));
    }

    InMemoryLink.Pipe there = new InMemoryLink.Pipe();
    InMemoryLink.Pipe back = new InMemoryLink.Pipe();
    listener.arrived.add(new InMemoryLink(peer, self.party(), "in memory", back, there));
    return new InMemoryLink(self.party(), peer, address.toString(), there, back);
  }

  /** An entry in the network's table of who listens where. */
  private final class InMemoryListener implements Listener {

    private final Address address;
    private final ArrivedLinks arrived;

    InMemoryListener(Address address) {
      this.address = address;
      this.arrived = new ArrivedLinks(self.party().capitalized() + " at " + address);
    }

    Identity owner() {
      return self;
    }

    @Override
    public Address address() {
      return address;
    }

    @Override
    public Link accept(Deadline deadline) throws LinkException {
      return arrived.take(deadline);
    }

    @Override
    public void close() {
      network.listeners.remove(address, this);
      arrived.close();
    }
  }
}
