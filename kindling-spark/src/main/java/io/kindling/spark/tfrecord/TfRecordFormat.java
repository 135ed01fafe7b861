package io.kindling.spark.tfrecord;

import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * {@code spark.read().format("tfrecord")} and {@code df.write().format("tfrecord")}, also in
 * streams and in SQL as {@code USING tfrecord}. {@code docs/tfrecord.md} has types and options.
 *
 * <p>A {@link FileFormat}, as Spark's own Parquet is by default: partitioned folders, pruning, save
 * modes, commits and streams are Spark's. Its second interface for sources (DataSource V2) would
 * serve reading alone, as Spark 4.1 writes and streams files through this one in any case.
 */
public record TfRecordFormat() implements FileFormat, DataSourceRegister, Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(TfRecordFormat.class);

  @Override
  public String shortName() {
    return "tfrecord";
  }

  @Override
  public Option<StructType> inferSchema(
      SparkSession spark, Map<String, String> options, Seq<FileStatus> files) {
    TfRecordOptions parsed = TfRecordOptions.of(options);
    List<String> paths =
        CollectionConverters.asJava(files).stream().map(file -> file.getPath().toString()).toList();
    return paths.isEmpty()
        ? Option.empty()
        : Option.apply(
            InferredSchema.of(
                paths,
                parsed,
                hadoop(spark, options),
                JavaSparkContext.fromSparkContext(spark.sparkContext())));
  }

  private static Configuration hadoop(SparkSession spark, Map<String, String> options) {
    return ((org.apache.spark.sql.classic.SparkSession) spark)
        .sessionState()
        .newHadoopConfWithOptions(options);
  }

  @Override
  public Function1<PartitionedFile, Iterator<InternalRow>> buildReaderWithPartitionValues(
      SparkSession spark,
      StructType dataSchema,
      StructType partitionSchema,
      StructType requiredSchema,
      Seq<Filter> filters,
      Map<String, String> options,
      Configuration configuration) {
    TfRecordOptions parsed = TfRecordOptions.of(options);
    FeatureColumn.of(dataSchema, parsed.recordType());
    return new FileReading(
        requiredSchema, partitionSchema, parsed, configuration, spark.sparkContext());
  }

  @Override
  public OutputWriterFactory prepareWrite(
      SparkSession spark, Job job, Map<String, String> options, StructType schema) {
    TfRecordOptions parsed = TfRecordOptions.of(options);
    List<String> doubles =
        FeatureColumn.of(schema, parsed.recordType()).stream()
            .filter(column -> column.element() == Element.DOUBLE)
            .map(column -> "'" + column.name() + "'")
            .toList();
    if (!doubles.isEmpty()) {
      LOG.warn(
          "Doubles become floats in TFRecord files and keep some 7 digits: {}.",
          String.join(", ", doubles));
    }
    return new RecordFileWriters(parsed);
  }

  /** In the plans that Spark shows. */
  @Override
  public String toString() {
    return "TFRecord";
  }
}
