package io.kindling.spark.storage;

import io.kindling.archive.ModelArchive;
import io.kindling.model.TrainedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.MLReader;

/** Loads what {@link ArchiveWriter} saved. */
public final class ArchiveReader<S extends Params> extends MLReader<S> {

  /** What a fitted stage is made of. */
  @FunctionalInterface
  public interface StageFactory<S> {

    /**
     * Makes the stage.
     *
     * @param texts gives the files beside the model, by name; null where there is none
     */
    S create(String uid, TrainedModel model, Function<String, String> texts);
  }

  private final Class<S> stage;
  private final StageFactory<S> factory;

  public ArchiveReader(Class<S> stage, StageFactory<S> factory) {
    this.stage = stage;
    this.factory = factory;
  }

  @Override
  public S load(String path) {
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader$.MODULE$.loadMetadata(path, sparkSession(), stage.getName());
    try (TemporaryFolder local = new TemporaryFolder()) {
      java.nio.file.Path archive = fetch(path, local, sc().hadoopConfiguration());
      TrainedModel model = ModelArchive.read(archive);
      S loaded = factory.create(metadata.uid(), model, name -> text(archive.resolve(name)));
      metadata.getAndSetParams(loaded, scala.Option.empty());
      return loaded;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Failed to load the model from " + path + ": " + e.getMessage(), e);
    }
  }

  /** The model of a saved stage, whichever stage it is. */
  public static TrainedModel model(String path, Configuration hadoop) {
    try (TemporaryFolder local = new TemporaryFolder()) {
      return ModelArchive.read(fetch(path, local, hadoop));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Failed to load the model from " + path + ": " + e.getMessage(), e);
    }
  }

  private static java.nio.file.Path fetch(String path, TemporaryFolder local, Configuration hadoop)
      throws IOException {
    java.nio.file.Path archive = local.path().resolve(ArchiveWriter.ARCHIVE);
    Path source = new Path(path, ArchiveWriter.ARCHIVE);
    source.getFileSystem(hadoop).copyToLocalFile(false, source, new Path(archive.toUri()), true);
    return archive;
  }

  private static String text(java.nio.file.Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : null;
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to read " + file + ": " + e.getMessage(), e);
    }
  }
}
