package io.kindling.spark.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsWriter$;

/**
 * Saves a stage that names the files of a model: {@code metadata/} as Spark ML writes it, and the
 * files as they are below {@code model/}, if they go with it.
 */
public final class FilesWriter extends CompleteWriter {

  static final String FILES = "model";

  private final Params stage;
  private final Optional<String> files;

  /**
   * @param files path of a file or folder that is copied
   */
  public FilesWriter(Params stage, Optional<String> files) {
    this.stage = stage;
    this.files = files;
  }

  @Override
  public void saveImpl(String path) {
    DefaultParamsWriter$.MODULE$.saveMetadata(stage, path, sparkSession());
    if (files.isEmpty()) {
      return;
    }
    Path source = new Path(files.get());
    Path target = new Path(new Path(path, FILES), source.getName());
    try {
      target.getFileSystem(configuration()).mkdirs(target.getParent());
      FileUtil.copy(
          source.getFileSystem(configuration()),
          source,
          target.getFileSystem(configuration()),
          target,
          false,
          configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Failed to save the model " + source + " to " + target + ": " + e.getMessage(), e);
    }
  }
}
