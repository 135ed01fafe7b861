package io.kindling.cli;

import io.kindling.model.TrainedModel;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.sql.SparkSession;

/**
 * A saved model of whichever class its metadata names: a classifier, another network, or a pipeline
 * with one of them.
 */
record SavedModel(String path, Transformer transformer) {

  /**
   * Checks that something is saved there.
   *
   * @throws IllegalArgumentException if it is not
   */
  static void requireExisting(SparkSession session, String path) throws IOException {
    Path folder = new Path(path);
    FileSystem fileSystem = folder.getFileSystem(session.sparkContext().hadoopConfiguration());
    String why =
        !fileSystem.exists(folder)
            ? "it does not exist"
            : !fileSystem.exists(new Path(folder, "metadata")) ? "it is no saved model" : "";
    if (!why.isEmpty()) {
      throw new IllegalArgumentException("Failed to load the model " + path + ": " + why + ".");
    }
  }

  static SavedModel load(SparkSession session, String path) throws IOException {
    requireExisting(session, path);
    String name = DefaultParamsReader$.MODULE$.loadMetadata(path, session).className();
    if (name.equals(NeuralClassificationModel.class.getName())) {
      return new SavedModel(path, NeuralClassificationModel.read().session(session).load(path));
    }
    if (name.equals(NeuralModel.class.getName())) {
      return new SavedModel(path, NeuralModel.read().session(session).load(path));
    }
    if (name.equals(PipelineModel.class.getName())) {
      return new SavedModel(path, PipelineModel.read().session(session).load(path));
    }
    throw new IllegalArgumentException(
        "Unsupported model "
            + path
            + ": it is a "
            + name
            + ". Give a NeuralClassificationModel, a NeuralModel, or a PipelineModel with one.");
  }

  /** The network of the model; of a pipeline, that of the last stage that has one. */
  TrainedModel network() {
    return find(transformer)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unsupported model "
                        + path
                        + ": none of its stages is a NeuralClassificationModel or a NeuralModel."));
  }

  private static Optional<TrainedModel> find(Transformer stage) {
    if (stage instanceof NeuralClassificationModel classifier) {
      return Optional.of(classifier.model());
    }
    if (stage instanceof NeuralModel neural) {
      return Optional.of(neural.model());
    }
    List<Transformer> stages =
        stage instanceof PipelineModel pipeline ? Arrays.asList(pipeline.stages()) : List.of();
    Optional<TrainedModel> last = Optional.empty();
    for (Transformer each : stages) {
      Optional<TrainedModel> found = find(each);
      last = found.isPresent() ? found : last;
    }
    return last;
  }
}
