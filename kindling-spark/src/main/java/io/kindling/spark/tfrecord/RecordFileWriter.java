package io.kindling.spark.tfrecord;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.unsafe.Platform;

/** Writes rows to a file of records. Owns its stream; belongs to one thread. */
final class RecordFileWriter extends OutputWriter {

  private final String path;
  private final RowWriter rows;
  private final OutputStream to;
  private final BackwardBuffer buffer = new BackwardBuffer();
  private final MaskedCrc crc = new MaskedCrc();
  private final ByteBuffer head = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  RecordFileWriter(String path, RowWriter rows, OutputStream to) {
    this.path = path;
    this.rows = rows;
    this.to = to;
  }

  @Override
  public void write(InternalRow row) {
    buffer.clear();
    buffer.putInt(0); // takes the checksum of the record, which is known last
    rows.write(row, buffer);
    int length = buffer.size() - RecordInput.FOOTER_BYTES;
    buffer.setLastInt(crc.of(buffer.bytes(), buffer.start(), length));
    putLength(length);
    try {
      to.write(buffer.bytes(), buffer.start(), buffer.size());
    } catch (IOException e) {
      Platform.throwException(e); // Scala declares none.
    }
  }

  private void putLength(long length) {
    head.putLong(0, length);
    buffer.putInt(crc.of(head.array(), 0, Long.BYTES));
    buffer.putLong(length);
  }

  @Override
  public void close() {
    try {
      to.close();
    } catch (IOException e) {
      Platform.throwException(e);
    }
  }

  @Override
  public String path() {
    return path;
  }
}
