package io.kindling.spark.tfrecord;

/** What the bytes of a record are. */
enum RecordType {
  /** {@code tf.train.Example}: features by name, each a value or a list. */
  EXAMPLE("Example"),
  /** {@code tf.train.SequenceExample}: features, and lists of features. */
  SEQUENCE_EXAMPLE("SequenceExample"),
  /** Nobody asks: a single binary column. */
  BYTE_ARRAY("ByteArray");

  private final String word;

  RecordType(String word) {
    this.word = word;
  }

  /** The word in options. */
  @Override
  public String toString() {
    return word;
  }
}
