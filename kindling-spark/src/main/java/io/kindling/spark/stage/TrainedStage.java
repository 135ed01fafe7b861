package io.kindling.spark.stage;

import io.kindling.model.TrainedModel;
import org.apache.spark.ml.util.MLWritable;

/** A fitted stage: a network with its numbers. */
public interface TrainedStage extends MLWritable {

  /** The network with its numbers, and where they came from. */
  TrainedModel model();

  /** How it was trained. */
  TrainingSummary summary();
}
