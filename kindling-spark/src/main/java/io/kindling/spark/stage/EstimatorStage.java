package io.kindling.spark.stage;

import org.apache.spark.ml.param.StringArrayParam;

/**
 * Columns of a network with several inputs and outputs.
 *
 * @param <S> the stage itself, which setters return
 */
public interface EstimatorStage<S extends EstimatorStage<S>> extends NetworkStage<S> {

  /** The params; an implementation detail that Java asks to be public. */
  EstimatorParams estimation();

  default StringArrayParam inputCols() {
    return estimation().inputCols;
  }

  default StringArrayParam outputCols() {
    return estimation().outputCols;
  }

  default StringArrayParam outputLayers() {
    return estimation().outputLayers;
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

  /**
   * Layers whose values become columns, in the place of the network's outputs: what an autoencoder
   * has in its middle, or the last but one layer of a classifier. {@code summary()} of a network
   * lists their names.
   */
  @SuppressWarnings("unchecked") // a stage names itself as S
  default S setOutputLayers(String... value) {
    set(outputLayers(), value);
    return (S) this;
  }

  default String[] getOutputLayers() {
    return $(outputLayers());
  }
}
