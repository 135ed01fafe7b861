package io.kindling.cluster.strategy;

import io.kindling.network.ParameterLayout.View;
import io.kindling.training.ExchangeException;
import java.util.List;

/**
 * Arrays of the network that workers share, as one worker sees them, wherever they lie. Arrays that
 * are given are as long as all parameters; only the places of the shared ones are read and written.
 *
 * <p>Belongs to one thread.
 */
interface SharedParameters {

  /** Which arrays they are. */
  List<View> views();

  /** Copies the shared arrays, on which the next {@link #push} is based. */
  void pull(float[] into) throws ExchangeException;

  /**
   * Offers a change, based on what this worker pulled last.
   *
   * @param values a mean gradient where gradients are exchanged, else what is to be added; may hold
   *     anything afterwards
   */
  Answer push(float[] values) throws ExchangeException;

  /**
   * What became of a change.
   *
   * @param staleness how often the shared arrays had been changed since it was based on them
   */
  record Answer(boolean isTaken, long staleness) {}
}
