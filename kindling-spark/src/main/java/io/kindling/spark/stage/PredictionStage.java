package io.kindling.spark.stage;

import io.kindling.loss.Loss;
import io.kindling.loss.LossJson;
import org.apache.spark.ml.param.Param;

/**
 * A stage that trains a network with one input and one output for one label.
 *
 * @param <S> the stage itself, which setters return
 */
public interface PredictionStage<S extends PredictionStage<S>> extends TrainingStage<S> {

  /** The params; an implementation detail that Java asks to be public. */
  PredictionParams prediction();

  default Param<String> loss() {
    return prediction().loss;
  }

  /** What is made small; the stage's own choice unless set. */
  @SuppressWarnings("unchecked") // a stage names itself as S
  default S setLoss(Loss value) {
    set(loss().w(LossJson.writeOne(value)));
    return (S) this;
  }

  /** The loss that is set, or another. */
  default Loss getLoss(Loss otherwise) {
    return isDefined(loss()) ? LossJson.readOne($(loss())) : otherwise;
  }
}
