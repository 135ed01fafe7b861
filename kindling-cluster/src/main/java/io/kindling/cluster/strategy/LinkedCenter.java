package io.kindling.cluster.strategy;

import io.kindling.cluster.strategy.Numbers.TableRows;
import io.kindling.network.ParameterMirror;
import io.kindling.training.ExchangeException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The arrays that another process keeps. One request is under way at a time. */
final class LinkedCenter implements SharedParameters, CenterCharge, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LinkedCenter.class);

  private final Messages messages;
  private final Portion portion;
  private final float[] dense;
  private long exchanges;

  /** Owns the link of the messages. */
  LinkedCenter(Messages messages, Portion portion) {
    this.messages = messages;
    this.portion = portion;
    this.dense = new float[portion.denseSize()];
  }

  @Override
  public void pull(float[] into, ParameterMirror mirror) throws ExchangeException {
    try {
      messages.send(Messages.PULL, 0, 0);
      messages.receiveFloats(Messages.VALUES, dense);
      List<TableRows> rows = messages.receiveRows(portion.ownTables());
      portion.unpack(dense, into, mirror);
      portion.unpackRows(rows, into, mirror);
    } catch (IOException e) {
      throw lost("pull from", e);
    }
  }

  @Override
  public Answer push(Numbers offered) throws ExchangeException {
    exchanges++;
    try {
      portion.pack(offered.dense(), dense);
      messages.sendFloats(Messages.PUSH, dense);
      messages.sendRows(portion.own(offered.rows()));
      return messages.receiveAnswer();
    } catch (IOException e) {
      throw lost("push to", e);
    }
  }

  @Override
  public void rest() throws ExchangeException {
    try {
      messages.send(Messages.REST, 0, 0);
    } catch (IOException e) {
      throw lost("farewell to", e);
    }
  }

  /** Makes this worker known to a server that serves more than one generation. */
  void greet(int generation, int worldSize) throws ExchangeException {
    try {
      messages.send(Messages.HELLO, generation, worldSize);
    } catch (IOException e) {
      throw lost("greeting of", e);
    }
  }

  @Override
  public void begin(Beginning beginning) throws ExchangeException {
    try {
      messages.sendBeginning(beginning);
      messages.receiveAnswer();
    } catch (IOException e) {
      throw lost("beginning of", e);
    }
  }

  @Override
  public void epochEnded(List<Double> losses) {
    try {
      messages.sendLosses(losses);
      messages.receiveAnswer();
    } catch (IOException e) {
      LOG.debug(
          "The server of {} was not told of an epoch's end.", messages.link().describePeer(), e);
      close();
    }
  }

  @Override
  public float[] slot(int slot) throws ExchangeException {
    float[] values = new float[portion.layout().size()];
    try {
      messages.send(Messages.SLOT, 0, slot);
      messages.receiveFloats(Messages.VALUES, values);
      return values;
    } catch (IOException e) {
      throw lost("reading of the optimizer's slot " + slot + " at", e);
    }
  }

  private ExchangeException lost(String what, IOException e) {
    return new ExchangeException(
        "A "
            + what
            + " the parameter server of "
            + messages.link().describePeer()
            + " failed after "
            + exchanges
            + " pushes: "
            + e.getMessage()
            + " Workers go on from where they agreed last.",
        e);
  }

  @Override
  public void close() {
    messages.link().close();
  }
}
