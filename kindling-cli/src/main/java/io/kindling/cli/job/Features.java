package io.kindling.cli.job;

import io.kindling.cli.grammar.Either;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Flag;
import io.kindling.cli.grammar.Items;
import io.kindling.cli.grammar.Mistakes;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Text;
import java.util.List;

/** What a row shows the network. */
public sealed interface Features {

  /** One column, as it is. */
  record OneColumn(String name) implements Features {}

  /**
   * Columns that become one vector.
   *
   * @param numeric of numbers, or of vectors of them
   * @param categorical whose values become a number each that is 1 where the row has it, else 0; of
   *     a value that training did not show, all are 0
   * @param scale whether numbers are brought to mean 0 and deviation 1
   */
  record Columns(List<String> numeric, List<String> categorical, boolean scale)
      implements Features {
    public Columns {
      numeric = List.copyOf(numeric);
      categorical = List.copyOf(categorical);
    }
  }

  /** What may stand for them. */
  Rule RULE =
      Either.of(
          new Text("a column"),
          Fields.of("features")
              .with("numeric", Field.optional(columns(), "columns of numbers, or of vectors"))
              .with(
                  "categorical",
                  Field.optional(columns(), "columns whose values become a 0 or 1 each"))
              .with(
                  "scale",
                  Field.optional(
                      new Flag(), "whether numbers are brought to mean 0 and deviation 1", true)));

  private static Items columns() {
    return new Items("a list of columns", new Text("a column"), 1);
  }

  static Features read(Place place, Mistakes mistakes) {
    if (!place.value().isObject()) {
      return new OneColumn(place.text().orElse("features"));
    }
    Columns columns =
        new Columns(
            place.field("numeric").texts(),
            place.field("categorical").texts(),
            place.field("scale").flag(true));
    if (columns.numeric().isEmpty() && columns.categorical().isEmpty()) {
      mistakes.add(place, "it names no column. List some under numeric or categorical.");
    }
    return columns;
  }
}
