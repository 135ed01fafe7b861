package io.kindling.spark.tfrecord;

import java.io.Closeable;
import java.io.IOException;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.util.TaskCompletionListener;
import scala.collection.AbstractIterator;

/**
 * The rows of a file, read as they are asked for; each is valid until the next. The file is closed
 * at its end, or at the task's.
 */
final class FileRows extends AbstractIterator<InternalRow> implements Closeable, RecordFile.Use {

  private final RecordFile file;
  private final RowReader reader;
  private UnsafeRow row; // the next one; null where it is not read
  private boolean isClosed;

  FileRows(RecordFile file, RowReader reader) {
    this.file = file;
    this.reader = reader;
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) ended -> close());
    }
  }

  @Override
  public boolean hasNext() {
    if (row == null && !isClosed) {
      try {
        if (!file.next(this)) {
          close();
        }
      } catch (IOException e) {
        Platform.throwException(e); // Spark tells IOExceptions from others.
      }
    }
    return row != null;
  }

  @Override
  public void record(byte[] bytes, int start, int length) throws CorruptRecordException {
    row = reader.read(bytes, start, length);
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The file has no more records.");
    }
    UnsafeRow next = row;
    row = null;
    return next;
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      try {
        file.close();
      } catch (IOException e) {
        Platform.throwException(e);
      }
    }
  }
}
