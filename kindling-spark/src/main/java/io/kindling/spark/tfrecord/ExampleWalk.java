package io.kindling.spark.tfrecord;

/**
 * Goes through the features of one record after another:
 *
 * <pre>
 *   Example         { Features features = 1 }
 *   SequenceExample { Features context = 1, FeatureLists feature_lists = 2 }
 *   Features        { map&lt;string, Feature&gt; feature = 1 }
 *   FeatureLists    { map&lt;string, FeatureList&gt; feature_list = 1 }
 *   FeatureList     { repeated Feature feature = 1 }
 * </pre>
 *
 * <p>So an {@code Example} is a {@code SequenceExample} that has no lists. Belongs to one thread.
 */
final class ExampleWalk {

  /** Of the fields that are numbered 1 above, and of the keys of maps. */
  static final int FIRST = 1 << 3 | WireCursor.LENGTH;

  private static final int SECOND = 2 << 3 | WireCursor.LENGTH;

  private final WireCursor cursor = new WireCursor();
  private final Visitor visitor;

  /** Hears of each feature. May leave the cursor anywhere within it. */
  interface Visitor {

    /**
     * Looks at a feature.
     *
     * @param feature within the message; its end is the message's
     * @param nameStart of the name, in the cursor's bytes
     */
    void feature(WireCursor feature, int nameStart, int nameLength) throws CorruptRecordException;

    /**
     * Looks at a list of features.
     *
     * @param list within the message; its end is the message's
     * @param nameStart of the name, in the cursor's bytes
     */
    void featureList(WireCursor list, int nameStart, int nameLength) throws CorruptRecordException;
  }

  ExampleWalk(Visitor visitor) {
    this.visitor = visitor;
  }

  /**
   * Visits a record's features.
   *
   * @throws CorruptRecordException if it is no such message
   */
  void walk(byte[] bytes, int start, int length) throws CorruptRecordException {
    cursor.over(bytes, start, length);
    while (cursor.hasMore()) {
      int tag = cursor.tag();
      if (tag == FIRST || tag == SECOND) {
        int outer = cursor.enter();
        entries(tag == SECOND);
        cursor.leave(outer);
      } else {
        cursor.skip(tag);
      }
    }
  }

  private void entries(boolean areLists) throws CorruptRecordException {
    while (cursor.hasMore()) {
      int tag = cursor.tag();
      if (tag == FIRST) {
        int outer = cursor.enter();
        entry(areLists);
        cursor.leave(outer);
      } else {
        cursor.skip(tag);
      }
    }
  }

  private void entry(boolean isList) throws CorruptRecordException {
    int end = cursor.end();
    int nameStart = cursor.at();
    int nameLength = 0;
    int valueStart = end;
    int valueLength = 0;
    while (cursor.hasMore()) {
      int tag = cursor.tag();
      if (tag == FIRST) {
        nameLength = cursor.length();
        nameStart = cursor.at();
        cursor.advance(nameLength);
      } else if (tag == SECOND) {
        valueLength = cursor.length();
        valueStart = cursor.at();
        cursor.advance(valueLength);
      } else {
        cursor.skip(tag);
      }
    }
    cursor.narrow(valueStart, valueStart + valueLength);
    if (isList) {
      visitor.featureList(cursor, nameStart, nameLength);
    } else {
      visitor.feature(cursor, nameStart, nameLength);
    }
    cursor.narrow(end, end);
  }
}
