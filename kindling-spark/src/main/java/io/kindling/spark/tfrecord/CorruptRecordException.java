package io.kindling.spark.tfrecord;

import java.io.IOException;

/** Bytes that are no record, or not the record that was asked for. */
final class CorruptRecordException extends IOException {

  private static final long serialVersionUID = 1;

  private final boolean isLast;

  private CorruptRecordException(String reason, boolean isLast, Throwable cause) {
    super(reason, cause);
    this.isLast = isLast;
  }

  /** Of one record: the next one begins where it should. */
  static CorruptRecordException ofRecord(String reason) {
    return new CorruptRecordException(reason, false, null);
  }

  /** Of all that follows: nobody knows where the next record begins. */
  static CorruptRecordException ofRest(String reason, Throwable cause) {
    return new CorruptRecordException(reason, true, cause);
  }

  static CorruptRecordException ofRest(String reason) {
    return ofRest(reason, null);
  }

  /** Whether nothing can be read behind it. */
  boolean isLast() {
    return isLast;
  }
}
