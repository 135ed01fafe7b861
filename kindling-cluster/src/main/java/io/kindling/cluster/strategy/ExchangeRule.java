package io.kindling.cluster.strategy;

import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.GradientForm;
import io.kindling.training.Served.Exchange;
import java.util.List;

/**
 * What an exchange is: what a worker sends to servers, what a server makes of it, and what the
 * worker takes from them. All of it is in one type for each {@link Exchange}.
 */
sealed interface ExchangeRule permits GradientRule, ParameterRule {

  /** The rule of an exchange. */
  static ExchangeRule of(Exchange exchange) {
    return switch (exchange) {
      case GRADIENTS -> new GradientRule();
      case DOWNPOUR -> new DownpourRule();
      case ADAG -> new NormalizedRule();
      case DYN_SGD -> new StalenessRule();
      case ELASTIC -> new ElasticRule();
      case MEAN -> new MeanRule();
    };
  }

  /** A worker that exchanges by this rule. */
  ServedWorker worker(ServedWorker.Means means);

  /**
   * Changes what a server keeps.
   *
   * @param offered by a worker; may hold anything afterwards
   */
  void change(Kept kept, Numbers offered, Turn turn);

  /** The tables of which only rows travel. */
  List<View> tables(GradientForm form);

  /** Whether one server has to keep all arrays. */
  boolean needsOneServer(Optimizer optimizer);

  /**
   * How a change is made.
   *
   * @param number of the change, from 1
   * @param staleness how often the arrays have been changed since what it is based on
   * @param workers that share the arrays
   */
  record Turn(long number, long staleness, int workers, Optimizer optimizer) {}
}
