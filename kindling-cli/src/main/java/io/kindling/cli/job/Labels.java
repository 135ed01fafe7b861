package io.kindling.cli.job;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * A column of classes.
 *
 * @param names of the classes in order, as they stand in the column; empty where it holds their
 *     numbers
 */
public record Labels(String column, List<String> names) {

  /** More different values than this are no classes. */
  private static final int MOST_CLASSES = 10_000;

  private static final int MOST_SHOWN = 10;

  public Labels {
    names = List.copyOf(names);
  }

  /** Looks the classes up where values name them: texts in alphabetical order, numbers by size. */
  static Labels of(Task.Classification task, Dataset<Row> rows) {
    String column = task.label().column();
    DataType type = rows.schema().apply(column).dataType();
    if (!task.label().asClasses() && !type.equals(DataTypes.StringType)) {
      return new Labels(column, List.of());
    }
    if (!task.classes().isEmpty()) {
      return new Labels(column, task.classes());
    }
    Column value = rows.col("`" + column + "`");
    List<String> names =
        rows
            .select(value)
            .where(value.isNotNull())
            .distinct()
            .orderBy(value)
            .limit(MOST_CLASSES + 1)
            .select(value.cast(DataTypes.StringType))
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    if (names.size() > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "Column '%s' holds more than %,d different values, too many to be classes. Name another column as label."
              .formatted(column, MOST_CLASSES));
    }
    return new Labels(column, names);
  }

  /** Whether the column holds names, not numbers. */
  public boolean areNamed() {
    return !names.isEmpty();
  }

  /** The first of the names, for a sentence. */
  String shown() {
    int most = Math.min(names.size(), MOST_SHOWN);
    return names.subList(0, most) + (most < names.size() ? " and more" : "");
  }

  /** The number of a row's class; of a name that is none of the classes, -1. */
  public Column number() {
    Column value = functions.col("`" + column + "`");
    if (!areNamed()) {
      return value.cast(DataTypes.DoubleType);
    }
    Column known = functions.array(names.stream().map(functions::lit).toArray(Column[]::new));
    return functions
        .array_position(known, value.cast(DataTypes.StringType))
        .minus(1)
        .cast(DataTypes.DoubleType);
  }
}
