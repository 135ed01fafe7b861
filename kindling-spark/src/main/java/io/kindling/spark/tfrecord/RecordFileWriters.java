package io.kindling.spark.tfrecord;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;

/** Opens the files that a task writes. Travels with the tasks. */
final class RecordFileWriters extends OutputWriterFactory {

  private static final long serialVersionUID = 1;
  private static final int BUFFER_BYTES = 64 << 10;

  private final TfRecordOptions options;

  RecordFileWriters(TfRecordOptions options) {
    this.options = options;
  }

  @Override
  public String getFileExtension(TaskAttemptContext task) {
    return ".tfrecord" + options.compression().extension;
  }

  @Override
  public OutputWriter newInstance(String path, StructType schema, TaskAttemptContext task) {
    Configuration configuration = task.getConfiguration();
    RowWriter rows = RowWriter.of(schema, options.recordType());
    try {
      Path file = new Path(path);
      OutputStream stream = file.getFileSystem(configuration).create(file, false);
      return new RecordFileWriter(
          path,
          rows,
          new BufferedOutputStream(
              options.compression().packed(stream, configuration), BUFFER_BYTES));
    } catch (IOException e) {
      Platform.throwException(e); // Spark knows those of files that exist.
      throw new AssertionError(e);
    }
  }
}
