package io.kindling.spark.storage;

import io.kindling.spark.file.CompleteFolder;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.util.MLWriter;

/** Saves a stage so that its folder is complete or not there. */
abstract class CompleteWriter extends MLWriter {

  /**
   * Saves the stage; unlike Spark's own writers, keeps what it overwrites until the new folder is
   * complete.
   */
  @Override
  public final void save(String path) throws IOException {
    CompleteFolder folder = new CompleteFolder(path, configuration());
    if (shouldOverwrite()) {
      folder.overwrite(fresh -> saveImpl(fresh.toString()));
    } else {
      folder.write(fresh -> saveImpl(fresh.toString()));
    }
  }

  final Configuration configuration() {
    return sc().hadoopConfiguration();
  }
}
