package io.kindling.spark.storage;

import io.kindling.spark.file.CompleteFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLWriter;

/**
 * Saves a stage that names the files of a model: {@code metadata/} as Spark ML writes it, and the
 * files as they are below {@code model/}, if they go with it.
 */
public final class FilesWriter extends MLWriter {

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

  /** Saves the stage; keeps what it overwrites until the new folder is complete. */
  @Override
  public void save(String path) throws IOException {
    CompleteFolder folder = new CompleteFolder(path, configuration());
    if (shouldOverwrite()) {
      folder.overwrite(fresh -> saveImpl(fresh.toString()));
    } else {
      folder.write(fresh -> saveImpl(fresh.toString()));
    }
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

  private Configuration configuration() {
    return sc().hadoopConfiguration();
  }
}
