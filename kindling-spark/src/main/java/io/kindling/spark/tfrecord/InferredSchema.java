package io.kindling.spark.tfrecord;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The columns that records ask for, found by reading them. What is known of two parts of the
 * records is put together in any order, so files are read side by side.
 */
final class InferredSchema implements Serializable {

  private static final long serialVersionUID = 1;

  /** The column of records whose bytes nobody asks about. */
  private static final String BYTES_COLUMN = "byteArray";

  /** Those who read the rows count what is skipped; here it is in the log. */
  private static final RecordFile.Skipped UNCOUNTED =
      new RecordFile.Skipped() {
        @Override
        public void record() {}

        @Override
        public void restOfFile() {}
      };

  private final TreeMap<String, FeatureSummary> features = new TreeMap<>();
  private final TreeMap<String, FeatureSummary> lists = new TreeMap<>();

  /**
   * Reads files, on the executors.
   *
   * @param paths as many as the options ask for are read, spread evenly
   * @throws IllegalArgumentException if no type holds all values of a name; names all such
   */
  static StructType of(
      List<String> paths,
      TfRecordOptions options,
      Configuration configuration,
      JavaSparkContext context) {
    if (options.recordType() == RecordType.BYTE_ARRAY) {
      return new StructType().add(BYTES_COLUMN, DataTypes.BinaryType);
    }
    List<String> chosen = spread(paths, options.inferFiles());
    SerializableConfiguration hadoop = new SerializableConfiguration(configuration);
    return context
        .parallelize(chosen, Math.min(chosen.size(), 4 * context.defaultParallelism()))
        .map(path -> new InferredSchema().read(new Path(path), options, hadoop.value()))
        .reduce(InferredSchema::add)
        .toSchema(options.recordType());
  }

  private static List<String> spread(List<String> paths, int count) {
    List<String> sorted = paths.stream().sorted().toList();
    if (count >= sorted.size()) {
      return sorted;
    }
    List<String> chosen = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      chosen.add(sorted.get((int) (i * sorted.size() / count)));
    }
    return chosen;
  }

  private InferredSchema read(Path path, TfRecordOptions options, Configuration configuration)
      throws IOException {
    Reader reader = new Reader();
    try (RecordFile file = RecordFile.open(path, configuration, options, UNCOUNTED)) {
      for (int i = 0; i < options.inferRecords() && file.next(reader.walk::walk); i++) {
        // The walk has told the reader all.
      }
    }
    return this;
  }

  private InferredSchema add(InferredSchema other) {
    add(features, other.features);
    add(lists, other.lists);
    return this;
  }

  private static void add(Map<String, FeatureSummary> to, Map<String, FeatureSummary> from) {
    from.forEach(
        (name, summary) -> to.computeIfAbsent(name, unused -> new FeatureSummary()).add(summary));
  }

  /** Columns in the order of their names: those of features have none. */
  private StructType toSchema(RecordType recordType) {
    boolean hasLists = recordType == RecordType.SEQUENCE_EXAMPLE;
    List<String> conflicts = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(features.keySet());
    if (hasLists) {
      names.addAll(lists.keySet());
    }
    StructType schema = new StructType();
    for (String name : names) {
      FeatureSummary feature = features.get(name);
      FeatureSummary list = hasLists ? lists.get(name) : null;
      FeatureSummary only = feature == null ? list : feature;
      if (feature != null && list != null) {
        conflicts.add("'%s' is a feature and a list of features".formatted(name));
      } else if (!only.hasType()) {
        conflicts.add("'%s' holds %s".formatted(name, only.kinds()));
      }
      schema =
          schema.add(
              name, only == list ? DataTypes.createArrayType(list.arrayType()) : only.type());
    }
    if (!conflicts.isEmpty()) {
      throw new IllegalArgumentException(
          "No schema fits all records of the TFRecord files: %s. Give a schema of the features to read."
              .formatted(String.join("; ", conflicts)));
    }
    return schema;
  }

  /** Tells what it sees in a file. */
  private final class Reader implements ExampleWalk.Visitor {

    private final ExampleWalk walk = new ExampleWalk(this);
    private final FeatureValues values = new FeatureValues();

    @Override
    public void feature(WireCursor feature, int nameStart, int nameLength)
        throws CorruptRecordException {
      values.read(feature);
      summary(features, feature.bytes(), nameStart, nameLength).add(values);
    }

    @Override
    public void featureList(WireCursor list, int nameStart, int nameLength)
        throws CorruptRecordException {
      FeatureSummary summary = summary(lists, list.bytes(), nameStart, nameLength);
      while (list.hasMore()) {
        int tag = list.tag();
        if (tag != ExampleWalk.FIRST) {
          list.skip(tag);
          continue;
        }
        int enclosing = list.enter();
        values.read(list);
        list.leave(enclosing);
        summary.add(values);
      }
    }

    private static FeatureSummary summary(
        Map<String, FeatureSummary> summaries, byte[] bytes, int nameStart, int nameLength) {
      String name = new String(bytes, nameStart, nameLength, StandardCharsets.UTF_8);
      return summaries.computeIfAbsent(name, unused -> new FeatureSummary());
    }
  }
}
