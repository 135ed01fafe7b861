package io.kindling.cluster.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Links over TCP, opened by a mutual proof of the job's secret.
 *
 * <p>Opening a link takes one and a half round trips after the connection stands.
 */
public final class TcpTransport implements Transport {

  /** How long a newcomer may take to prove itself; a rightful one takes milliseconds. */
  public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /**
   * A listener flooded by strangers may drop a rightful newcomer, which looks like a wrong secret;
   * so a dropped handshake is tried again, but not for as long as a listener could be waited for.
   */
  private static final int ATTEMPTS = 3;

  private final Identity self;
  private final Secret secret;
  private final LinkSecurity security;
  private final Duration handshakeTimeout;
  private final Route route;

  private TcpTransport(
      Identity self, Secret secret, LinkSecurity security, Duration handshakeTimeout, Route route) {
    this.route = route;
    this.self = self;
    this.secret = secret;
    this.security = security;
    this.handshakeTimeout = handshakeTimeout;
  }

  public static TcpTransport of(Identity self, Secret secret, LinkSecurity security) {
    return new TcpTransport(self, secret, security, DEFAULT_HANDSHAKE_TIMEOUT, Route.direct());
  }

  public TcpTransport withHandshakeTimeout(Duration timeout) {
    return new TcpTransport(self, secret, security, timeout, route);
  }

  /** Connects along a route. */
  public TcpTransport withRoute(Route newRoute) {
    return new TcpTransport(self, secret, security, handshakeTimeout, newRoute);
  }

  @Override
  public Identity self() {
    return self;
  }

  @Override
  public Listener listen(PortRange ports) throws IOException {
    return TcpListener.open(this, ports);
  }

  @Override
  public Link connect(Address address, Party peer, Deadline deadline) throws LinkException {
    Address reached = route.to(address, peer);
    InetSocketAddress remote = new InetSocketAddress(reached.host(), reached.port());
    if (remote.isUnresolved()) {
      throw new LinkException(
          LinkException.Reason.REFUSED,
          failed(address, peer) + ": the host name does not resolve to an address.");
    }

    for (int attempt = 1; true; attempt++) {
      try {
        return connectOnce(remote, peer, deadline.orAfter(handshakeTimeout));
      } catch (HandshakeFailure e) {
        throw new LinkException(
            LinkException.Reason.REFUSED, failed(address, peer) + ". " + e.getMessage(), e);
      } catch (EOFException e) {
        if (attempt == ATTEMPTS) {
          throw new LinkException(
              LinkException.Reason.REFUSED,
              failed(address, peer)
                  + ": it ended the handshake. The two sides know different secrets, or "
                  + "something else listens there.",
              e);
        }
      } catch (SocketTimeoutException e) {
        throw new LinkException(
            LinkException.Reason.TIMEOUT,
            failed(address, peer) + " within " + deadline.waited() + ".",
            e);
      } catch (IOException e) {
        throw new LinkException(
            LinkException.Reason.CLOSED, failed(address, peer) + ": " + e.getMessage() + ".", e);
      }
    }
  }

  LinkSecurity security() {
    return security;
  }

  Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  Handshake newHandshake() {
    return new Handshake(secret, self, security);
  }

  private Link connectOnce(InetSocketAddress remote, Party peer, Deadline deadline)
      throws IOException, HandshakeFailure {
    TimedChannel channel = TimedChannel.connect(remote, deadline);
    try {
      Handshake handshake = newHandshake();
      byte[] challenge = read(channel, Handshake.NONCE_BYTES, deadline);
      channel.write(ByteBuffer.wrap(handshake.hello(challenge, peer)), deadline);
      byte[] answer = read(channel, Handshake.ANSWER_BYTES, deadline);
      Handshake.SessionKeys keys = handshake.verify(challenge, peer, answer);
      return TcpLink.connected(channel, self.party(), peer, security, keys);
    } catch (IOException | HandshakeFailure | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private String failed(Address address, Party peer) {
    return self.party().capitalized() + " failed to link to " + peer + " (" + address + ")";
  }

  private static byte[] read(TimedChannel channel, int bytes, Deadline deadline)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(bytes);
    channel.read(block, deadline);
    return block.array();
  }
}
