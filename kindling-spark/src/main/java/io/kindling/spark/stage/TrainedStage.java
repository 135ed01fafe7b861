package io.kindling.spark.stage;

import io.kindling.model.TrainedModel;
import io.kindling.spark.storage.ArchiveWriter;
import java.util.Map;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;

/**
 * A fitted stage: a network with its numbers.
 *
 * @param <S> the stage itself, which setters return
 */
public interface TrainedStage<S extends TrainedStage<S>> extends NetworkStage<S>, MLWritable {

  /** The network with its numbers, and where they came from. */
  TrainedModel model();

  /** How it was trained. */
  TrainingSummary summary();

  /** Saves it as a folder that is complete or not there. */
  @Override
  default MLWriter write() {
    return new ArchiveWriter(
        this, model(), Map.of(TrainingSummary.FILE, summary().history().toJson()));
  }
}
