package io.kindling.spark.stage;

import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * Columns of a network with several inputs and outputs.
 *
 * @param <S> the stage itself, which setters return
 */
public interface EstimatorStage<S extends EstimatorStage<S>> extends Params {

  /** The params; an implementation detail that Java asks to be public. */
  EstimatorParams estimation();

  default StringArrayParam inputCols() {
    return estimation().inputCols;
  }

  default StringArrayParam outputCols() {
    return estimation().outputCols;
  }

  /** Columns, one per input of the network, in its order; the inputs' own names unless set. */
  @SuppressWarnings("unchecked") // a stage names itself as S
  default S setInputCols(String... value) {
    set(inputCols(), value);
    return (S) this;
  }

  /**
   * New columns, one per output of the network, in its order; the outputs' own names unless set.
   */
  @SuppressWarnings("unchecked") // a stage names itself as S
  default S setOutputCols(String... value) {
    set(outputCols(), value);
    return (S) this;
  }
}
