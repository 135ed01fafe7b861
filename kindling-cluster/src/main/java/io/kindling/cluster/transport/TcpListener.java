package io.kindling.cluster.transport;

import io.kindling.cluster.thread.NamedWorker;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts sockets and lets only those become links that prove who they are.
 *
 * <p>One thread serves all handshakes without ever waiting for one of them: a stranger who sends
 * slowly or nothing holds up nobody, and is thrown out at the handshake timeout, or earlier when
 * more than {@link #MAX_HANDSHAKES} are under way, the oldest first. A rightful peer needs a few
 * milliseconds, so the oldest is never it.
 */
final class TcpListener implements Listener {

  /** Handshakes under way at a time; each holds a socket and some 200 bytes. */
  static final int MAX_HANDSHAKES = 128;

  private static final int BACKLOG = 1024;
  private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);

  private final TcpTransport transport;
  private final ServerSocketChannel server;
  private final Selector selector;
  private final Address address;
  private final ArrivedLinks arrived;
  private final Deque<Newcomer> newcomers = new ArrayDeque<>();
  private final NamedWorker acceptor;
  private volatile boolean closed;

  /** A connection whose handshake is under way. */
  private record Newcomer(
      SocketChannel channel, Handshake handshake, ByteBuffer hello, Deadline deadline) {}

  static TcpListener open(TcpTransport transport, PortRange ports) throws IOException {
    ServerSocketChannel server = bind(ports);
    try {
      server.configureBlocking(false);
      return new TcpListener(transport, server, Selector.open(), ports.host());
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private TcpListener(
      TcpTransport transport, ServerSocketChannel server, Selector selector, String host)
      throws IOException {
    this.transport = transport;
    this.server = server;
    this.selector = selector;
    this.address = new Address(host, server.socket().getLocalPort());
    Party self = transport.self().party();
    this.arrived = new ArrivedLinks(self.capitalized() + " at " + address);
    server.register(selector, SelectionKey.OP_ACCEPT);
    this.acceptor = NamedWorker.start(self.threadName("acceptor"), this::acceptUntilClosed);
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
    closed = true;
    selector.wakeup();
    acceptor.close();
    arrived.close();
  }

  private static ServerSocketChannel bind(PortRange ports) throws IOException {
    for (int port = ports.firstPort(); port < ports.firstPort() + ports.ports(); port++) {
      InetSocketAddress local = new InetSocketAddress(ports.host(), port);
      if (local.isUnresolved()) {
        throw new IOException(
            "Cannot listen on host '" + ports.host() + "': it does not resolve to an address.");
      }

      ServerSocketChannel server = ServerSocketChannel.open();
      try {
        return server.bind(local, BACKLOG);
      } catch (BindException e) {
        server.close();
        if (port + 1 == ports.firstPort() + ports.ports()) {
          throw new IOException(
              "Cannot listen on " + ports + ": " + e.getMessage() + ". Use another range.", e);
        }
      }
    }

    throw new AssertionError("A port range holds a port.");
  }

  private void acceptUntilClosed() throws IOException {
    try (server;
        selector) {
      while (!closed) {
        selector.select(this::serve, millisToNextTimeout());
        evictLate();
      }
    } finally {
      newcomers.forEach(newcomer -> closeQuietly(newcomer.channel));
      arrived.close(); // whoever waits for links learns that none will come
    }
  }

  private long millisToNextTimeout() {
    // 0 waits without end.
    return newcomers.isEmpty() ? 0 : Math.max(1, newcomers.element().deadline.remainingMillis());
  }

  private void serve(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }

    if (key.attachment() instanceof Newcomer newcomer) {
      advance(newcomer, key);
    } else {
      greetAll();
    }
  }

  private void greetAll() {
    try {
      for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
        greet(channel);
      }
    } catch (IOException e) {
      LOG.warn("{} at {} failed to accept a connection.", describeSelf(), address, e);
    }
  }

  private void greet(SocketChannel channel) {
    if (newcomers.size() == MAX_HANDSHAKES) {
      dismiss(newcomers.element(), "too many others came after it");
    }

    Newcomer newcomer =
        new Newcomer(
            channel,
            transport.newHandshake(),
            ByteBuffer.allocate(Handshake.HELLO_BYTES),
            Deadline.after(transport.handshakeTimeout()));
    newcomers.add(newcomer);
    try {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, newcomer);
      sendAtOnce(channel, ByteBuffer.wrap(newcomer.handshake.challenge()));
    } catch (IOException e) {
      dismiss(newcomer, "its connection failed: " + e.getMessage());
    }
  }

  private void advance(Newcomer newcomer, SelectionKey key) {
    try {
      if (newcomer.channel.read(newcomer.hello) < 0) {
        dismiss(newcomer, "it closed the connection");
      } else if (!newcomer.hello.hasRemaining()) {
        key.cancel();
        judge(newcomer);
      }
    } catch (HandshakeFailure e) {
      dismiss(newcomer, e.getMessage());
    } catch (IOException e) {
      dismiss(newcomer, "its connection failed: " + e.getMessage());
    }
  }

  private void judge(Newcomer newcomer) throws HandshakeFailure, IOException {
    byte[] hello = new byte[Handshake.HELLO_BYTES];
    newcomer.hello.flip().get(hello);
    Handshake.Judgement judgement = newcomer.handshake.judge(hello);
    sendAtOnce(newcomer.channel, judgement.answer());
    if (judgement.refusal() != Refusal.NONE) {
      dismiss(newcomer, "the answer to it was " + judgement.refusal());
      return;
    }

    newcomers.remove(newcomer);
    arrived.add(
        TcpLink.accepted(
            TimedChannel.over(newcomer.channel, SelectionKey.OP_WRITE),
            transport.self().party(),
            judgement.claims().from(),
            transport.security(),
            judgement.keys()));
  }

  private void evictLate() {
    while (!newcomers.isEmpty() && newcomers.element().deadline.isOver()) {
      Newcomer late = newcomers.element();
      dismiss(late, "it did not finish its handshake in " + late.deadline.waited());
    }
  }

  private void dismiss(Newcomer newcomer, String why) {
    newcomers.remove(newcomer);
    LOG.info(
        "{} at {} refuses a connection from {}: {}.",
        describeSelf(),
        address,
        remoteAddress(newcomer.channel).orElse("an unknown address"),
        why);
    closeQuietly(newcomer.channel);
  }

  private String describeSelf() {
    return transport.self().party().capitalized();
  }

  /** Handshake blocks fit into the empty buffer of a new socket, so nothing waits here. */
  private static void sendAtOnce(SocketChannel channel, ByteBuffer block) throws IOException {
    channel.write(block);
    if (block.hasRemaining()) {
      throw new IOException("it takes no data");
    }
  }

  private static Optional<String> remoteAddress(SocketChannel channel) {
    try {
      return Optional.ofNullable(channel.getRemoteAddress()).map(Object::toString);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("Failed to close a refused connection.", e);
    }
  }
}
