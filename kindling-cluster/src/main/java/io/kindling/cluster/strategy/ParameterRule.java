package io.kindling.cluster.strategy;

import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.GradientForm;
import java.util.List;

/**
 * A rule by which workers take the optimizer's steps themselves, and exchange parameters. W are a
 * worker's, C the server's, P what the worker had from the server last.
 */
non-sealed interface ParameterRule extends ExchangeRule {

  /**
   * What a worker sends.
   *
   * @param own W
   * @param last P; where the worker looks first, that is C
   * @param steps of the worker since its last exchange
   */
  void offer(float[] own, float[] last, int steps, float[] offered);

  /**
   * What the server makes of it.
   *
   * @param center C
   */
  void change(float[] center, float[] offered, Turn turn);

  /**
   * Whether a worker looks at C before it sends and then takes what it sends off W; else it takes C
   * afterwards.
   */
  default boolean looksFirst() {
    return false;
  }

  @Override
  default ServedWorker worker(ServedWorker.Means means) {
    return new ParameterWorker(this, means);
  }

  @Override
  default void change(Kept kept, Numbers offered, Turn turn) {
    change(kept.parameters(), offered.dense(), turn);
  }

  /** None: a worker that takes steps may move every row. */
  @Override
  default List<View> tables(GradientForm form) {
    return List.of();
  }

  @Override
  default boolean needsOneServer(Optimizer optimizer) {
    return false;
  }

  /** offered ← (own − last) · part. */
  static void difference(float[] own, float[] last, float part, float[] offered) {
    for (int i = 0; i < offered.length; i++) {
      offered[i] = (own[i] - last[i]) * part;
    }
  }

  /** center ← center + offered · part. */
  static void add(float[] center, float[] offered, float part) {
    for (int i = 0; i < offered.length; i++) {
      center[i] += part * offered[i];
    }
  }
}
