package io.kindling.cli;

import io.kindling.cli.job.Labels;
import io.kindling.model.TrainedModel;
import io.kindling.spark.event.WorkReport;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralRegressionModel;
import io.kindling.spark.stage.TrainedStage;
import io.kindling.training.History;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A stage with a trained network.
 *
 * @param kind what its predictions are
 * @param prediction the column of predictions; empty where there are outputs of any kind
 */
record Trained(
    Transformer stage,
    Kind kind,
    String prediction,
    TrainedModel model,
    History history,
    WorkReport work) {

  /** What predictions are. */
  enum Kind {
    CLASSES,
    NUMBERS,
    ANY
  }

  /** How well a scored data set's labels were met; of a stage that tells classes apart. */
  Quality qualityOfClasses(Dataset<Row> scored, Labels labels) {
    NeuralClassificationModel classifier = (NeuralClassificationModel) stage;
    return Quality.ofClasses(
        scored, labels, prediction, classifier.getProbabilityCol(), classifier.numClasses());
  }

  /** The stage itself, or of a pipeline the last stage that has a network. */
  static Optional<Trained> of(Transformer stage) {
    if (stage instanceof TrainedStage<?> trained) {
      return Optional.of(
          new Trained(
              stage,
              kind(stage),
              stage instanceof PredictionModel<?, ?> model ? model.getPredictionCol() : "",
              trained.model(),
              trained.summary().history(),
              trained.summary().work()));
    }
    List<Transformer> stages =
        stage instanceof PipelineModel pipeline ? Arrays.asList(pipeline.stages()) : List.of();
    return stages.stream().flatMap(each -> of(each).stream()).reduce((one, next) -> next);
  }

  private static Kind kind(Transformer stage) {
    return stage instanceof NeuralClassificationModel
        ? Kind.CLASSES
        : stage instanceof NeuralRegressionModel ? Kind.NUMBERS : Kind.ANY;
  }
}
