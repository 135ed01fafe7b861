package io.kindling.spark.tfrecord;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What a query passed by, as accumulators: Spark's pages show them by name for each stage, and its
 * listeners hear of them.
 *
 * @param records whose bytes are damaged
 * @param restsOfFiles where nobody knows how many records were lost
 */
record SkippedCounts(LongAccumulator records, LongAccumulator restsOfFiles)
    implements RecordFile.Skipped, Serializable {

  static final String RECORDS = "tfrecord: damaged records skipped";
  static final String RESTS_OF_FILES = "tfrecord: damaged ends of files skipped";

  static SkippedCounts in(SparkContext context) {
    return new SkippedCounts(
        context.longAccumulator(RECORDS), context.longAccumulator(RESTS_OF_FILES));
  }

  @Override
  public void record() {
    records.add(1);
  }

  @Override
  public void restOfFile() {
    restsOfFiles.add(1);
  }
}
