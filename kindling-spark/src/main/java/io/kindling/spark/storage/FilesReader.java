package io.kindling.spark.storage;

import io.kindling.spark.file.CompleteFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.MLReader;

/** Loads what {@link FilesWriter} saved. */
public final class FilesReader<S extends Params> extends MLReader<S> {

  private final Class<S> stage;
  private final Function<String, S> factory;
  private final BiConsumer<S, Optional<String>> settling;

  /**
   * @param factory makes the stage of a uid
   * @param settling what is left to do with a stage that has its params; told the path of the files
   *     that were saved with it, if any were
   */
  public FilesReader(
      Class<S> stage, Function<String, S> factory, BiConsumer<S, Optional<String>> settling) {
    this.stage = stage;
    this.factory = factory;
    this.settling = settling;
  }

  @Override
  public S load(String path) {
    try {
      return new CompleteFolder(path, sc().hadoopConfiguration())
          .read(place -> loadFrom(place.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Failed to load the stage from " + path + ": " + e.getMessage(), e);
    }
  }

  private S loadFrom(String path) throws IOException {
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader$.MODULE$.loadMetadata(path, sparkSession(), stage.getName());
    S loaded = factory.apply(metadata.uid());
    metadata.getAndSetParams(loaded, scala.Option.empty());
    settling.accept(loaded, files(new Path(path, FilesWriter.FILES)));
    return loaded;
  }

  private Optional<String> files(Path saved) throws IOException {
    FileSystem fileSystem = saved.getFileSystem(sc().hadoopConfiguration());
    if (!fileSystem.exists(saved)) {
      return Optional.empty();
    }
    FileStatus[] found = fileSystem.listStatus(saved);
    if (found.length != 1) {
      throw new IOException(
          saved + " holds " + found.length + " files and folders where one model is expected.");
    }
    return Optional.of(found[0].getPath().toString());
  }
}
