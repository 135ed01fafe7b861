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
    Path target = new Path(new Path(path, FILES), name(source));
    try {
      target.getFileSystem(configuration()).mkdirs(target.getParent());
      boolean isCopied =
          FileUtil.copy(
              source.getFileSystem(configuration()),
              source,
              target.getFileSystem(configuration()),
              target,
              false,
              configuration());
      if (!isCopied) {
        throw new IOException("the file system does not say why");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Failed to save the model " + source + " to " + target + ": " + e.getMessage(), e);
    }
  }

  /** The root of a bucket has none. */
  private static String name(Path source) {
    return source.getName().isEmpty() ? FILES : source.getName();
  }
}
