package io.kindling.spark.job;

import io.kindling.network.Gradients;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.TrainingState;
import java.util.List;
import java.util.Optional;

/** An update that takes no further step once its generation is over, also where it is alone. */
record EndableUpdate(ParameterUpdate update, GenerationScope scope) implements ParameterUpdate {

  @Override
  public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException {
    throwIfOver();
    return update.next(current, mine, rows);
  }

  @Override
  public boolean goesApart() {
    return update.goesApart();
  }

  @Override
  public TrainingState agree(TrainingState own) throws ExchangeException {
    throwIfOver();
    return update.agree(own);
  }

  @Override
  public List<TrainingState.StepMeasure> agreed(TrainingState state) {
    return update.agreed(state);
  }

  @Override
  public void epochEnded(List<Double> losses) {
    update.epochEnded(losses);
  }

  @Override
  public double[] sum(double[] mine) throws ExchangeException {
    throwIfOver();
    return update.sum(mine);
  }

  @Override
  public void close() {
    update.close();
  }

  private void throwIfOver() throws ExchangeException {
    if (scope.isOver()) {
      throw new ExchangeException("Generation " + scope.generation() + " is over.");
    }
  }
}
