package io.kindling.spark.tfrecord;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;

/**
 * Reads the features that are columns, and passes the others by. A feature that is missing or holds
 * no list is null; of a name that occurs twice, the last one counts, as everywhere in protobuf.
 */
final class ExampleReader implements RowReader, ExampleWalk.Visitor {

  private final ExampleWalk walk = new ExampleWalk(this);
  private final FeatureNames features = new FeatureNames();
  private final FeatureNames lists = new FeatureNames();
  private final FeatureValues values = new FeatureValues();
  private final UnsafeRowWriter row;
  private final FeatureTarget[] targets;
  private final boolean[] isSet;

  /**
   * @param columns of the rows
   */
  ExampleReader(List<FeatureColumn> columns, RecordType recordType) {
    this.row = new UnsafeRowWriter(columns.size());
    this.targets = new FeatureTarget[columns.size()];
    this.isSet = new boolean[columns.size()];
    for (int i = 0; i < targets.length; i++) {
      FeatureColumn column = columns.get(i);
      targets[i] = new FeatureTarget(column, row, i);
      if (column.depth() < 2) {
        features.add(column.name(), i);
      } else if (recordType == RecordType.SEQUENCE_EXAMPLE) {
        lists.add(column.name(), i);
      }
    }
  }

  @Override
  public UnsafeRow read(byte[] bytes, int start, int length) throws CorruptRecordException {
    row.reset();
    row.zeroOutNullBytes();
    Arrays.fill(isSet, false);
    features.restart();
    lists.restart();
    walk.walk(bytes, start, length);
    for (int i = 0; i < isSet.length; i++) {
      if (!isSet[i]) {
        row.setNullAt(i);
      }
    }
    return row.getRow();
  }

  @Override
  public void feature(WireCursor feature, int nameStart, int nameLength)
      throws CorruptRecordException {
    int ordinal = features.find(feature.bytes(), nameStart, nameLength);
    if (ordinal >= 0) {
      values.read(feature);
      isSet[ordinal] = targets[ordinal].set(values);
    }
  }

  @Override
  public void featureList(WireCursor list, int nameStart, int nameLength)
      throws CorruptRecordException {
    int ordinal = lists.find(list.bytes(), nameStart, nameLength);
    if (ordinal >= 0) {
      targets[ordinal].setList(list, values);
      isSet[ordinal] = true;
    }
  }
}
