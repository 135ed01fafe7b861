package io.kindling.spark.storage;

import io.kindling.archive.ModelArchive;
import io.kindling.file.TemporaryFolder;
import io.kindling.model.TrainedModel;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsWriter$;

/**
 * Saves a fitted stage: {@code metadata/} as Spark ML writes it, {@code model/} as a {@link
 * ModelArchive} with a standard SavedModel inside, and small texts beside them.
 */
public final class ArchiveWriter extends CompleteWriter {

  static final String ARCHIVE = "model";
  static final String SAVED_MODEL = "saved_model";

  private final Params stage;
  private final TrainedModel model;
  private final Map<String, String> texts;

  /**
   * Prepares to save a stage and its model.
   *
   * @param texts files written beside the model, by name
   */
  public ArchiveWriter(Params stage, TrainedModel model, Map<String, String> texts) {
    this.stage = stage;
    this.model = model;
    this.texts = Map.copyOf(texts);
  }

  @Override
  public void saveImpl(String path) {
    DefaultParamsWriter$.MODULE$.saveMetadata(stage, path, sparkSession());
    try (TemporaryFolder local = TemporaryFolder.create()) {
      java.nio.file.Path archive = local.path().resolve(ARCHIVE);
      Files.createDirectories(archive);
      SavedModelExport.write(
          archive.resolve(SAVED_MODEL), model.network(), model.parameters(), model.state());
      for (Map.Entry<String, String> text : texts.entrySet()) {
        Files.writeString(archive.resolve(text.getKey()), text.getValue());
      }
      ModelArchive.write(archive, model);
      Path target = new Path(path, ARCHIVE);
      FileSystem fileSystem = target.getFileSystem(configuration());
      fileSystem.copyFromLocalFile(new Path(archive.toUri()), target);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(
          "Failed to save the model to " + path + ": " + e.getMessage(), e);
    }
  }
}
