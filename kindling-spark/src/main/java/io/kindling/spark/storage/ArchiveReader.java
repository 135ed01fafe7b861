package io.kindling.spark.storage;

import io.kindling.archive.ModelArchive;
import io.kindling.file.TemporaryFolder;
import io.kindling.model.TrainedModel;
import io.kindling.spark.file.CompleteFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
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

  /**
   * Loads the stage; where a process that was to overwrite it has died, what stood there before.
   */
  @Override
  public S load(String path) {
    try {
      return new CompleteFolder(path, sc().hadoopConfiguration())
          .read(place -> loadFrom(place.toString()));
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private S loadFrom(String path) {
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader$.MODULE$.loadMetadata(path, sparkSession(), stage.getName());
    try (TemporaryFolder local = TemporaryFolder.create()) {
      java.nio.file.Path archive = fetch(path, local, sc().hadoopConfiguration());
      TrainedModel model = ModelArchive.read(archive);
      S loaded = factory.create(metadata.uid(), model, name -> text(archive.resolve(name)));
      metadata.getAndSetParams(loaded, scala.Option.empty());
      return loaded;
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /**
   * The model of a saved stage, whichever stage it is; of a pipeline, that of its last stage that
   * has one.
   *
   * @throws IllegalArgumentException if no such model is saved there
   */
  public static TrainedModel model(String path, Configuration hadoop) {
    try {
      return new CompleteFolder(path, hadoop).read(place -> modelFrom(place, hadoop));
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private static TrainedModel modelFrom(Path saved, Configuration hadoop) throws IOException {
    try (TemporaryFolder local = TemporaryFolder.create()) {
      return ModelArchive.read(fetch(stage(saved, hadoop).toString(), local, hadoop));
    }
  }

  private static UncheckedIOException failed(String path, IOException e) {
    return new UncheckedIOException(
        "Failed to load the model from " + path + ": " + e.getMessage(), e);
  }

  private static Path stage(Path saved, Configuration hadoop) throws IOException {
    FileSystem fileSystem = saved.getFileSystem(hadoop);
    Path stages = new Path(saved, "stages");
    if (fileSystem.exists(new Path(saved, ArchiveWriter.ARCHIVE))) {
      return saved;
    }
    // As Spark numbers them: 00_…, 01_….
    FileStatus[] of = fileSystem.exists(stages) ? fileSystem.listStatus(stages) : new FileStatus[0];
    return Arrays.stream(of)
        .map(FileStatus::getPath)
        .filter(each -> isTrained(fileSystem, each))
        .max(Comparator.comparing(Path::getName))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Failed to load a model from "
                        + saved
                        + ": no trained network is saved there. Name a folder that a fitted stage of"
                        + " Kindling, or a pipeline with one, was saved to."));
  }

  private static boolean isTrained(FileSystem fileSystem, Path stage) {
    try {
      return fileSystem.exists(new Path(stage, ArchiveWriter.ARCHIVE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
