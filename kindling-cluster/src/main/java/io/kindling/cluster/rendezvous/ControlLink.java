package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.FrameHeader;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Payload;
import java.time.Duration;

/** The link between driver and worker, on which neither may be silent for longer than a time. */
final class ControlLink implements AutoCloseable {

  private final Link link;
  private final Duration timeout;

  ControlLink(Link link, Duration timeout) {
    this.link = link;
    this.timeout = timeout;
  }

  /** The number of the worker at the other end. */
  int number() {
    return link.peer().number();
  }

  String describePeer() {
    return link.describePeer();
  }

  void send(byte type, long step) throws LinkException {
    send(type, step, 0, new byte[0]);
  }

  /**
   * @param generation which the message is about; 0 for none
   */
  void send(byte type, long step, int generation, byte[] content) throws LinkException {
    link.send(
        new FrameHeader(type, step, generation, content.length),
        Payload.of(content),
        Deadline.after(timeout));
  }

  Frame receive() throws LinkException {
    return link.receive(Deadline.after(timeout));
  }

  /**
   * Reads until the peer closes, so that it can still read what was sent last: a socket that is
   * closed over unread data takes back what is on its way.
   */
  void awaitClose(Deadline deadline) {
    try {
      while (!deadline.isOver()) {
        link.receive(deadline);
      }
    } catch (LinkException e) {
      // Closed or late: either way the wait is over.
      assert e != null;
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
