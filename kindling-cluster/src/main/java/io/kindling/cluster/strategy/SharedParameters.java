package io.kindling.cluster.strategy;

import io.kindling.network.ParameterMirror;
import io.kindling.training.ExchangeException;

/**
 * Arrays of the network that workers share, as one worker sees them, wherever they lie. Arrays that
 * are given are as long as all parameters; only the places of the shared ones are read and written.
 *
 * <p>Belongs to one thread.
 */
interface SharedParameters {

  /**
   * Copies the shared arrays, on which the next {@link #push} is based. Of tables whose rows
   * travel, only those are written that have been changed since the last time, or since the server
   * began.
   *
   * @param mirror is told what has been written
   */
  void pull(float[] into, ParameterMirror mirror) throws ExchangeException;

  /**
   * Offers a change, based on what this worker pulled last.
   *
   * @param offered may hold anything afterwards
   */
  Answer push(Numbers offered) throws ExchangeException;

  /** Tells that this worker has no more to send before all agree; the next pull goes on. */
  void rest() throws ExchangeException;

  /**
   * What became of a change.
   *
   * @param staleness how often the shared arrays had been changed since it was based on them
   */
  record Answer(boolean isTaken, long staleness) {}
}
