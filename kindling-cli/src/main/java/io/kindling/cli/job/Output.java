package io.kindling.cli.job;

import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Flag;
import io.kindling.cli.grammar.Items;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Text;
import java.util.List;
import java.util.Optional;

/**
 * Where the results of a training go.
 *
 * @param pictures a folder for the loss curve and the confusion matrix
 * @param predictions scored test rows
 * @param overwrite whether what stands there is replaced; else nothing may stand there
 */
public record Output(
    String model, Optional<String> pictures, Optional<Predictions> predictions, boolean overwrite) {

  /**
   * Scored test rows.
   *
   * @param columns to keep; empty for all
   */
  public record Predictions(String format, String path, List<String> columns) {
    public Predictions {
      columns = List.copyOf(columns);
    }
  }

  static final Rule RULE =
      Fields.of("output")
          .with("model", Field.required(new Text("a path"), "where the model is saved"))
          .with(
              "pictures",
              Field.optional(
                  new Text("a folder"), "a folder for the loss curve and the confusion matrix"))
          .with(
              "predictions",
              Field.optional(
                  Fields.of("predictions")
                      .with(
                          "format",
                          Field.optional(new Text("a format"), "any of Spark's", "parquet"))
                      .with("path", Field.required(new Text("a path"), "where they go"))
                      .with(
                          "columns",
                          Field.optional(
                              new Items("a list of columns", new Text("a column"), 1),
                              "to keep; all unless set")),
                  "where scored test rows are written"))
          .with(
              "overwrite",
              Field.optional(
                  new Flag(),
                  "whether model and predictions that stand there are replaced",
                  false));

  static Output read(Place place) {
    Place predictions = place.field("predictions");
    return new Output(
        place.field("model").text().orElse(""),
        place.field("pictures").text(),
        predictions
            .field("path")
            .text()
            .map(
                path ->
                    new Predictions(
                        predictions.field("format").text().orElse("parquet"),
                        path,
                        predictions.field("columns").texts())),
        place.field("overwrite").flag(false));
  }
}
