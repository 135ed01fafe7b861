package io.kindling.cluster.strategy;

import io.kindling.training.ExchangeException;
import java.util.List;

/** What one worker, which has the charge of a server, alone tells it. */
interface CenterCharge {

  /** Has it begin to serve. */
  void begin(Beginning beginning) throws ExchangeException;

  /**
   * Between two epochs. Where the server is lost, the next exchange says so.
   *
   * @param losses of the epochs so far
   */
  void epochEnded(List<Double> losses);

  /** What the optimizer remembers of the server's arrays: a copy of one slot. */
  float[] slot(int slot) throws ExchangeException;
}
