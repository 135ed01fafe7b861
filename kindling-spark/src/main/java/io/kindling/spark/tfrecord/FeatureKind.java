package io.kindling.spark.tfrecord;

/** The lists that a {@code Feature} may hold; the proto's field numbers. */
enum FeatureKind {
  BYTES(1, "bytes"),
  FLOAT(2, "floats"),
  INT64(3, "int64s");

  /** Of the field with the list, within {@code Feature}. */
  final int tag;

  private final String plural;

  FeatureKind(int field, String plural) {
    this.tag = field << 3 | WireCursor.LENGTH;
    this.plural = plural;
  }

  @Override
  public String toString() {
    return plural;
  }
}
