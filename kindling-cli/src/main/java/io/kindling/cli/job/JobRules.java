package io.kindling.cli.job;

import io.kindling.cli.grammar.Choice;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Items;
import io.kindling.cli.grammar.Numeral;
import io.kindling.cli.grammar.Text;
import java.util.List;
import java.util.Map;

/** What may stand in a job; the parts of a job bring their own. */
final class JobRules {

  static final String CLASSIFICATION = "classification";
  static final String REGRESSION = "regression";
  static final String ANY = "any";

  static final List<String> TASKS = List.of(CLASSIFICATION, REGRESSION, ANY);

  /** The fields that only some tasks have. */
  static final Map<String, List<String>> TASKS_OF_FIELDS =
      Map.of(
          "features", List.of(CLASSIFICATION, REGRESSION),
          "label", List.of(CLASSIFICATION, REGRESSION),
          "classes", List.of(CLASSIFICATION),
          "classWeights", List.of(CLASSIFICATION),
          "loss", List.of(CLASSIFICATION, REGRESSION),
          "inputs", List.of(ANY),
          "labels", List.of(ANY),
          "losses", List.of(ANY),
          "outputs", List.of(ANY));

  static final Fields JOB =
      Training.addedTo(
              Fields.of("a job")
                  .with(
                      "task",
                      Field.optional(
                          new Choice(TASKS), "what the network is trained to do", CLASSIFICATION))
                  .with("data", Field.required(dataRule(), "where rows are"))
                  .with("features", Field.optional(Features.RULE, "what a row shows the network"))
                  .with("label", Field.optional(Label.RULE, "what the network is to find"))
                  .with(
                      "classes",
                      Field.optional(
                          new Items("a list of names", new Text("a name"), 2),
                          "names of the classes, in order"))
                  .with(
                      "classWeights",
                      Field.optional(
                          new Items("a list of numbers", Numeral.ANY, 2),
                          "how much a row of each class counts"))
                  .with("inputs", Field.optional(columnsRule("input"), "columns by input"))
                  .with("labels", Field.optional(columnsRule("output"), "columns by output"))
                  .with(
                      "losses",
                      Field.optional(
                          Fields.of("losses by output").withOthers(Vocabulary.LOSSES.rule()),
                          "losses by output"))
                  .with("outputs", Field.optional(columnsRule("output"), "new columns by output"))
                  .with("loss", Field.optional(Vocabulary.LOSSES.rule(), "what is made small"))
                  .with(
                      "network",
                      Field.required(
                          Architecture.RULE,
                          "layers in order, or the name of a file with a network's JSON")))
          .with("output", Field.required(Output.RULE, "where the results go"));

  private static Fields dataRule() {
    return Fields.of("data")
        .with("train", Field.required(Source.RULE, "rows to train on"))
        .with("test", Field.optional(Source.RULE, "rows to score after training"))
        .with(
            "testFraction",
            Field.optional(
                Numeral.share(), "the share of the rows kept for that, drawn by the seed", 0.0));
  }

  private static Fields columnsRule(String by) {
    return Fields.of("columns by " + by).withOthers(new Text("a column"));
  }

  private JobRules() {}
}
