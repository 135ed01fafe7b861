package io.kindling.spark.tfrecord;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/** Turns rows into the bytes of records. Belongs to one thread. */
interface RowWriter {

  /**
   * Puts a row before what the buffer holds.
   *
   * @throws IllegalArgumentException if a record cannot hold it
   */
  void write(InternalRow row, BackwardBuffer to);

  /**
   * The writer of a schema, which is checked already.
   *
   * @param schema of the rows
   */
  static RowWriter of(StructType schema, RecordType recordType) {
    return recordType == RecordType.BYTE_ARRAY
        ? (row, to) -> to.putBytes(bytes(row))
        : new ExampleWriter(schema, recordType);
  }

  private static byte[] bytes(InternalRow row) {
    if (row.isNullAt(0)) {
      throw new IllegalArgumentException(
          "The only column is null, but every record has bytes. Filter such rows out.");
    }
    return row.getBinary(0);
  }
}
