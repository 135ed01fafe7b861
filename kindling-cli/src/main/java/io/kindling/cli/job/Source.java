package io.kindling.cli.job;

import io.kindling.cli.grammar.Either;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Items;
import io.kindling.cli.grammar.Mistakes;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Shared;
import io.kindling.cli.grammar.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where rows come from: Spark's format, path and options; or {@code idx} with {@code images} and
 * {@code labels}.
 *
 * @param format Spark's own default unless named
 * @param schema of the columns, as Spark's DDL; the format tells them unless named
 * @param where a filter in SQL, before anything is selected
 * @param select expressions in SQL; empty for all columns as they are
 * @param options of the reader
 */
public record Source(
    Optional<String> format,
    Optional<String> path,
    Optional<String> schema,
    Optional<String> where,
    List<String> select,
    Map<String, String> options) {

  /** The format of MNIST's files, which Spark does not read. */
  public static final String IDX = "idx";

  private static final Rule TEXTS = new Items("a list of texts", new Text("a text"), 1);

  static final Rule RULE =
      new Shared(
          "source",
          () ->
              Fields.of("a source")
                  .with(
                      "format",
                      Field.optional(
                          new Text("a format"), "any of Spark's, or idx for the files of MNIST"))
                  .with("path", Field.optional(new Text("a path"), "where the rows are"))
                  .with(
                      "schema",
                      Field.optional(
                          new Text("columns as 'name TYPE, name TYPE'"),
                          "of the columns, for files that do not tell them"))
                  .with(
                      "where",
                      Field.optional(new Text("a condition in SQL"), "the rows to take, as in SQL"))
                  .with(
                      "select",
                      Field.optional(
                          Either.of(new Text("an expression in SQL"), TEXTS),
                          "the columns to take, as in SQL; all unless set"))
                  .with("images", Field.optional(new Text("a path"), "of pictures, for idx"))
                  .with("labels", Field.optional(new Text("a path"), "of labels, for idx"))
                  .withOthers(new Text("an option of the reader")));

  public Source {
    select = List.copyOf(select);
    options = Map.copyOf(options);
  }

  /** Rows of a format at a path, all of them, as they are. */
  public static Source of(String format, String path, Map<String, String> options) {
    return new Source(
        Optional.ofNullable(format),
        Optional.ofNullable(path),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        options);
  }

  public boolean isIdx() {
    return format.filter(IDX::equals).isPresent();
  }

  static Source read(Place place, Mistakes mistakes) {
    Map<String, String> options = new LinkedHashMap<>(place.textsByName());
    options.keySet().removeAll(List.of("format", "path", "schema", "where", "select"));
    Source source =
        new Source(
            place.field("format").text(),
            place.field("path").text(),
            place.field("schema").text(),
            place.field("where").text(),
            place.field("select").texts(),
            options);
    List<String> missing = place.value().isObject() ? source.missing() : List.of();
    missing.forEach(
        name ->
            mistakes.add(
                place.field(name),
                "missing; a source%s needs it."
                    .formatted(source.format.map(each -> " of format " + each).orElse(""))));
    return source;
  }

  /** The fields without which the source cannot be opened. */
  List<String> missing() {
    if (isIdx()) {
      return Stream.of("images", "labels").filter(each -> !options.containsKey(each)).toList();
    }
    return path.isEmpty() ? List.of("path") : List.of();
  }
}
