package io.kindling.cluster.strategy;

import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.RowGradient;
import io.kindling.optimizer.StepGradient;
import io.kindling.training.GradientForm;
import java.util.List;

/**
 * A worker sends the mean of the gradients since its last exchange, all taken at P; the server has
 * the optimizer and takes its step; W ← C. Of tables only the rows travel that were looked up, and
 * back those that anyone has changed.
 */
record GradientRule() implements ExchangeRule {

  private static final ParameterMirror NOWHERE = (values, from, length) -> {};

  @Override
  public ServedWorker worker(ServedWorker.Means means) {
    return new GradientWorker(means);
  }

  @Override
  public void change(Kept kept, Numbers offered, Turn turn) {
    List<RowGradient> rows =
        offered.rows().stream()
            .map(each -> new RowGradient(each.table(), each.rows(), each.values()))
            .toList();
    turn.optimizer()
        .update(
            kept.state(),
            turn.number(),
            new StepGradient(offered.dense(), rows),
            kept.parameters(),
            kept.layout(),
            NOWHERE);
  }

  @Override
  public List<View> tables(GradientForm form) {
    return form.sparse();
  }

  @Override
  public boolean needsOneServer(Optimizer optimizer) {
    return optimizer.needsWholeUpdate();
  }
}
