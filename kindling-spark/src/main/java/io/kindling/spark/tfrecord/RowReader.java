package io.kindling.spark.tfrecord;

import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.types.StructType;

/** Turns records into rows. Belongs to one thread. */
interface RowReader {

  /**
   * The row of a record, valid until the next one is read.
   *
   * @throws CorruptRecordException if the record is not of the type
   * @throws IllegalArgumentException if it does not fit the schema
   */
  UnsafeRow read(byte[] bytes, int start, int length) throws CorruptRecordException;

  /**
   * The reader of some columns.
   *
   * @param schema of the rows, which is checked already
   */
  static RowReader of(StructType schema, RecordType recordType) {
    return recordType == RecordType.BYTE_ARRAY
        ? bytes(schema)
        : new ExampleReader(FeatureColumn.of(schema, recordType), recordType);
  }

  private static RowReader bytes(StructType schema) {
    UnsafeRowWriter row = new UnsafeRowWriter(schema.length());
    return (bytes, start, length) -> {
      row.reset();
      row.zeroOutNullBytes();
      if (!schema.isEmpty()) {
        row.write(0, bytes, start, length);
      }
      return row.getRow();
    };
  }
}
