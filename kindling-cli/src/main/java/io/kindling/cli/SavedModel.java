package io.kindling.cli;

import io.kindling.spark.file.CompleteFolder;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralModel;
import io.kindling.spark.stage.NeuralRegressionModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;

/**
 * A saved model of whichever class its metadata names: a classifier, another network, or a pipeline
 * with one of them.
 */
record SavedModel(String path, Transformer transformer) {

  private static final Map<String, Supplier<MLReader<? extends Transformer>>> READERS =
      Map.of(
          NeuralClassificationModel.class.getName(), NeuralClassificationModel::read,
          NeuralRegressionModel.class.getName(), NeuralRegressionModel::read,
          NeuralModel.class.getName(), NeuralModel::read,
          PipelineModel.class.getName(), PipelineModel::read);

  /**
   * Checks that something is saved there.
   *
   * @throws IllegalArgumentException if it is not
   */
  static void requireExisting(SparkSession session, String path) throws IOException {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Optional<Path> folder = new CompleteFolder(path, hadoop).find();
    String why =
        folder.isEmpty()
            ? "it does not exist"
            : !isSaved(folder.get(), hadoop) ? "it is no saved model" : "";
    if (!why.isEmpty()) {
      throw new IllegalArgumentException("Failed to load the model " + path + ": " + why + ".");
    }
  }

  private static boolean isSaved(Path folder, Configuration hadoop) throws IOException {
    return folder.getFileSystem(hadoop).exists(new Path(folder, "metadata"));
  }

  /** Loads it, or what stood there before where a process that was to replace it has died. */
  static SavedModel load(SparkSession session, String path) throws IOException {
    requireExisting(session, path);
    return new CompleteFolder(path, session.sparkContext().hadoopConfiguration())
        .read(place -> loadFrom(session, place.toString()));
  }

  private static SavedModel loadFrom(SparkSession session, String path) {
    String name = DefaultParamsReader$.MODULE$.loadMetadata(path, session).className();
    if (!READERS.containsKey(name)) {
      throw new IllegalArgumentException(
          "Unsupported model "
              + path
              + ": it is a "
              + name
              + ". Give a model of Kindling's, or a PipelineModel with one.");
    }
    return new SavedModel(path, READERS.get(name).get().session(session).load(path));
  }

  /** The stage with the network. */
  Trained trained() {
    return Trained.of(transformer)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unsupported model " + path + ": none of its stages has a network."));
  }

  /** The names of the classes, where a stage behind the network gives them to predictions. */
  List<String> classes() {
    String prediction = trained().prediction();
    List<Transformer> stages =
        transformer instanceof PipelineModel pipeline
            ? Arrays.asList(pipeline.stages())
            : List.of();
    return stages.stream()
        .filter(IndexToString.class::isInstance)
        .map(IndexToString.class::cast)
        .filter(each -> each.getInputCol().equals(prediction))
        .map(each -> List.of(each.getLabels()))
        .findFirst()
        .orElse(List.of());
  }
}
