package io.kindling.spark.tfrecord;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.GenerateUnsafeRowJoiner;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowJoiner;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** Reads files into rows, with the values of their partitions behind. Travels with the tasks. */
final class FileReading extends AbstractFunction1<PartitionedFile, Iterator<InternalRow>>
    implements Serializable {

  private static final long serialVersionUID = 1;

  private final StructType schema;
  private final StructType partitionSchema;
  private final TfRecordOptions options;
  private final SkippedCounts skipped;
  private final Broadcast<SerializableConfiguration> configuration;

  /**
   * @param schema of the rows without their partitions'
   */
  FileReading(
      StructType schema,
      StructType partitionSchema,
      TfRecordOptions options,
      Configuration configuration,
      SparkContext context) {
    this.schema = schema;
    this.partitionSchema = partitionSchema;
    this.options = options;
    this.skipped = options.skipsCorrupt() ? SkippedCounts.in(context) : null;
    this.configuration =
        context.broadcast(
            new SerializableConfiguration(configuration),
            ClassTag$.MODULE$.apply(SerializableConfiguration.class));
  }

  @Override
  public Iterator<InternalRow> apply(PartitionedFile file) {
    FileRows rows = open(file);
    return partitionSchema.isEmpty() ? rows : withPartition(rows, file.partitionValues());
  }

  private FileRows open(PartitionedFile file) {
    try {
      return new FileRows(
          RecordFile.open(file.toPath(), configuration.value().value(), options, skipped),
          RowReader.of(schema, options.recordType()));
    } catch (IOException e) {
      Platform.throwException(e); // Spark knows what to do where a file is not there.
      throw new AssertionError(e);
    }
  }

  private Iterator<InternalRow> withPartition(FileRows rows, InternalRow partitionValues) {
    UnsafeRow partition = UnsafeProjection.create(partitionSchema).apply(partitionValues);
    UnsafeRowJoiner joiner = GenerateUnsafeRowJoiner.create(schema, partitionSchema);
    return new AbstractIterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public InternalRow next() {
        return joiner.join((UnsafeRow) rows.next(), partition);
      }
    };
  }
}
