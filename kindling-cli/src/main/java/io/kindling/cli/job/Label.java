package io.kindling.cli.job;

import io.kindling.cli.grammar.Either;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Flag;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Text;

/**
 * What the network is to find.
 *
 * @param asClasses whether the column's different values name the classes, as texts always do; else
 *     classes are whole numbers from 0
 */
public record Label(String column, boolean asClasses) {

  static final Rule RULE =
      Either.of(
          new Text("a column"),
          Fields.of("label")
              .with("column", Field.required(new Text("a column"), "what the network is to find"))
              .with(
                  "asClasses",
                  Field.optional(
                      new Flag(),
                      "whether the column's different values name the classes, as texts always do",
                      false)));

  static Label read(Place place) {
    return place.value().isObject()
        ? new Label(
            place.field("column").text().orElse("label"), place.field("asClasses").flag(false))
        : new Label(place.text().orElse("label"), false);
  }
}
