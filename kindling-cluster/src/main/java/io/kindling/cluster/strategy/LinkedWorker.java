package io.kindling.cluster.strategy;

import io.kindling.cluster.strategy.Numbers.TableRows;
import io.kindling.cluster.strategy.SharedParameters.Answer;
import io.kindling.cluster.transport.Frame;
import io.kindling.network.ParameterLayout;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.ExchangeException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One worker of another process, as the server of a center hears it. The first that gives the
 * center orders, where workers may, has the charge of it; orders of others are refused.
 */
final class LinkedWorker {

  private static final Answer DONE = new Answer(true, 0);

  private final Center center;
  private final Messages messages;
  private final Optional<Charge> charge;
  private final Center.Visit visit;
  private float[] dense = new float[0];

  /** What a server goes by that is begun over a link. */
  record Charge(ParameterLayout layout, Optimizer optimizer) {}

  /**
   * @param charge where the worker may have the charge of the center
   */
  LinkedWorker(Center center, Messages messages, Optional<Charge> charge) {
    this.center = center;
    this.messages = messages;
    this.charge = charge;
    this.visit = center.visit(messages.link().peer().capitalized());
  }

  /** Until the worker ends the link, which it does with its generation. */
  void serve() throws IOException, ExchangeException {
    try {
      obeyAll();
    } finally {
      visit.rest();
    }
  }

  private void obeyAll() throws IOException, ExchangeException {
    while (true) {
      Frame request = messages.next();
      switch (request.type()) {
        case Messages.PULL -> pull();
        case Messages.PUSH -> push(request);
        case Messages.REST -> visit.rest();
        default -> obey(request, charge.orElseThrow(() -> unexpected(request)));
      }
    }
  }

  private void pull() throws IOException, ExchangeException {
    float[] values = dense();
    List<TableRows> rows =
        visit.pull(parameters -> System.arraycopy(parameters, 0, values, 0, values.length));
    messages.sendFloats(Messages.VALUES, values);
    messages.sendRows(rows);
  }

  private void push(Frame request) throws IOException, ExchangeException {
    float[] values = dense();
    messages.receiveFloats(request, Messages.PUSH, values);
    List<TableRows> rows = messages.receiveRows(center.portion().ownTables());
    messages.sendAnswer(visit.push(new Numbers(values, rows)));
  }

  private void obey(Frame request, Charge by) throws IOException, ExchangeException {
    if (!center.isChargeOf(this)) {
      throw unexpected(request);
    }
    switch (request.type()) {
      case Messages.BEGIN -> {
        center.begin(messages.receiveBeginning(request, by.layout(), by.optimizer().slots()));
        messages.sendAnswer(DONE);
      }
      case Messages.EPOCH -> {
        center.epochEnded(Messages.losses(request));
        messages.sendAnswer(DONE);
      }
      case Messages.SLOT -> {
        if (request.part() < 0 || request.part() >= by.optimizer().slots()) {
          throw unexpected(request);
        }
        messages.sendFloats(Messages.VALUES, center.slot(request.part()));
      }
      default -> throw unexpected(request);
    }
  }

  private IOException unexpected(Frame request) {
    return new IOException(
        "Unexpected message of type "
            + request.type()
            + " with number "
            + request.part()
            + " from "
            + messages.link().describePeer()
            + ".");
  }

  /** As long as the center's arrays, which are known once it has begun. */
  private float[] dense() throws ExchangeException {
    int size = center.portion().denseSize();
    if (dense.length != size) {
      dense = new float[size];
    }
    return dense;
  }
}
