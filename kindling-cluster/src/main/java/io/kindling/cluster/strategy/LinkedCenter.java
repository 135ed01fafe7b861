package io.kindling.cluster.strategy;

import io.kindling.network.ParameterLayout.View;
import io.kindling.training.ExchangeException;
import java.io.IOException;
import java.util.List;

/** The arrays that another process serves. One request is under way at a time. */
final class LinkedCenter implements SharedParameters, AutoCloseable {

  private final Messages messages;

  /** Owns the link of the messages. */
  LinkedCenter(Messages messages) {
    this.messages = messages;
  }

  @Override
  public List<View> views() {
    return messages.views();
  }

  @Override
  public void pull(float[] into) throws ExchangeException {
    try {
      messages.sendPull();
      messages.readArrays(messages.receive(), Messages.VALUES, into);
    } catch (IOException e) {
      throw lost("pull from", e);
    }
  }

  @Override
  public Answer push(float[] values) throws ExchangeException {
    try {
      messages.sendArrays(Messages.PUSH, values);
      return messages.receiveAnswer();
    } catch (IOException e) {
      throw lost("push to", e);
    }
  }

  private ExchangeException lost(String what, IOException e) {
    return new ExchangeException(
        "A "
            + what
            + " the parameter server of "
            + messages.link().describePeer()
            + " failed: "
            + e.getMessage(),
        e);
  }

  @Override
  public void close() {
    messages.link().close();
  }
}
