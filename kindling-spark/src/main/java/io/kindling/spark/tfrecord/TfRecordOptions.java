package io.kindling.spark.tfrecord;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What a reader or writer was told, {@code docs/tfrecord.md} has the table. Names and words are
 * found whatever their case.
 *
 * @param recordType what the bytes of records are
 * @param compression to write with; when reading, of files that do not tell it themselves
 * @param skipsCorrupt whether damaged records are counted and passed by, instead of an error
 * @param maxRecordBytes the longest record to accept
 * @param inferFiles how many files to infer a schema from
 * @param inferRecords how many records of each
 */
record TfRecordOptions(
    RecordType recordType,
    Compression compression,
    boolean skipsCorrupt,
    int maxRecordBytes,
    int inferFiles,
    int inferRecords)
    implements Serializable {

  /** Records are meant to be read at once, so larger ones are more likely damage than data. */
  static final int DEFAULT_MAX_RECORD_BYTES = 1 << 30;

  private static final String RECORD_TYPE = "recordType";
  private static final String COMPRESSION = "compression";
  private static final String ON_CORRUPT = "onCorrupt";
  private static final String MAX_RECORD_BYTES = "maxRecordBytes";
  private static final String INFER_FILES = "inferFiles";
  private static final String INFER_RECORDS = "inferRecords";
  private static final String ALL = "all";

  private static final List<String> OURS =
      List.of(RECORD_TYPE, COMPRESSION, ON_CORRUPT, MAX_RECORD_BYTES, INFER_FILES, INFER_RECORDS);

  /** What Spark itself asks of files, read, written and streamed. */
  private static final Set<String> SPARKS =
      Set.of(
          "path",
          "paths",
          "basepath",
          "pathglobfilter",
          "recursivefilelookup",
          "modifiedbefore",
          "modifiedafter",
          "ignorecorruptfiles",
          "ignoremissingfiles",
          "timezone",
          "maxrecordsperfile",
          "partitionoverwritemode",
          "returning_batch",
          "checkpointlocation",
          "retention",
          "maxfilespertrigger",
          "maxbytespertrigger",
          "maxfileage",
          "maxcachedfiles",
          "discardcachedinputratio",
          "latestfirst",
          "filenameonly",
          "cleansource",
          "sourcearchivedir");

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if one is unknown or has no value that it may have; names all
   */
  static TfRecordOptions of(scala.collection.immutable.Map<String, String> given) {
    Parser parser = new Parser(given);
    TfRecordOptions options =
        new TfRecordOptions(
            parser.oneOf(RECORD_TYPE, RecordType.EXAMPLE, RecordType.values()),
            parser.oneOf(COMPRESSION, Compression.NONE, Compression.values()),
            parser.oneOf(ON_CORRUPT, "fail", "fail", "skip").equals("skip"),
            parser.count(MAX_RECORD_BYTES, DEFAULT_MAX_RECORD_BYTES),
            parser.countOrAll(INFER_FILES),
            parser.countOrAll(INFER_RECORDS));
    parser.finish();
    return options;
  }

  private static final class Parser {

    private final Map<String, String> given;
    private final List<String> mistakes = new ArrayList<>();

    Parser(scala.collection.immutable.Map<String, String> given) {
      this.given =
          CollectionConverters.asJava(given).entrySet().stream()
              .collect(
                  Collectors.toMap(
                      entry -> entry.getKey().toLowerCase(Locale.ROOT),
                      Map.Entry::getValue,
                      (first, second) -> second));
    }

    private String get(String name) {
      return given.get(name.toLowerCase(Locale.ROOT));
    }

    @SafeVarargs
    final <T> T oneOf(String name, T standard, T... values) {
      String word = get(name);
      if (word == null) {
        return standard;
      }
      for (T value : values) {
        if (value.toString().equalsIgnoreCase(word)) {
          return value;
        }
      }
      mistakes.add("option '%s' is '%s', but may be %s".formatted(name, word, words(values)));
      return standard;
    }

    private static String words(Object... values) {
      return Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", "));
    }

    int countOrAll(String name) {
      return ALL.equalsIgnoreCase(get(name)) ? Integer.MAX_VALUE : count(name, Integer.MAX_VALUE);
    }

    int count(String name, int standard) {
      String word = get(name);
      if (word == null) {
        return standard;
      }
      try {
        int count = Integer.parseInt(word.trim());
        if (count > 0) {
          return count;
        }
      } catch (NumberFormatException e) {
        // Told below, together with the other mistakes.
      }
      mistakes.add("option '%s' is '%s', but is a whole number from 1 on".formatted(name, word));
      return standard;
    }

    /** Options with a dot are settings of Hadoop, with two underscores Spark's notes to itself. */
    void finish() {
      Set<String> unknown = new TreeSet<>(given.keySet());
      unknown.removeIf(
          name -> name.contains(".") || name.startsWith("__") || SPARKS.contains(name));
      OURS.forEach(name -> unknown.remove(name.toLowerCase(Locale.ROOT)));
      if (!unknown.isEmpty()) {
        mistakes.add(
            "%s unknown; there are %s, and Spark's own for files"
                .formatted(
                    unknown.stream()
                        .map(name -> "'" + name + "'")
                        .collect(
                            Collectors.joining(", ", "", unknown.size() == 1 ? " is" : " are")),
                    String.join(", ", OURS)));
      }
      if (!mistakes.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid options for TFRecord files: " + String.join("; ", mistakes) + ".");
      }
    }
  }
}
