package io.kindling.cluster.strategy;

import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.Link;
import io.kindling.network.ParameterLayout.View;
import io.kindling.training.ExchangeException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The arrays that another process serves. One request is under way at a time. */
final class LinkedCenter implements SharedParameters, AutoCloseable {

  private final Link link;
  private final List<View> views;
  private final Duration timeout;

  /** Owns the link. */
  LinkedCenter(Link link, List<View> views, Duration timeout) {
    this.link = link;
    this.views = views;
    this.timeout = timeout;
  }

  @Override
  public List<View> views() {
    return views;
  }

  @Override
  public void pull(float[] into) throws ExchangeException {
    Deadline deadline = Deadline.after(timeout);
    try {
      Messages.sendPull(link, deadline);
      Messages.readArrays(link, link.receive(deadline), Messages.VALUES, views, into, deadline);
    } catch (IOException e) {
      throw lost("pull from", e);
    }
  }

  @Override
  public Answer push(float[] values) throws ExchangeException {
    Deadline deadline = Deadline.after(timeout);
    try {
      Messages.sendArrays(link, Messages.PUSH, views, values, deadline);
      Frame answer = link.receive(deadline);
      return Messages.answer(answer);
    } catch (IOException e) {
      throw lost("push to", e);
    }
  }

  private ExchangeException lost(String what, IOException e) {
    return new ExchangeException(
        "A "
            + what
            + " the parameter server of "
            + link.describePeer()
            + " failed: "
            + e.getMessage(),
        e);
  }

  @Override
  public void close() {
    link.close();
  }
}
