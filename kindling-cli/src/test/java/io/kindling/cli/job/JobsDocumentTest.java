package io.kindling.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.cli.DocumentParts;
import io.kindling.cli.grammar.Either;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Kinds;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Shared;
import io.kindling.network.Activation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/jobs.md} are made of the rules that jobs are read by. */
class JobsDocumentTest {

  @Test
  void isUpToDate() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("fields", fields());
    parts.put("layers", kinds(Vocabulary.LAYERS.rule()));
    parts.put("activations", names(Activation.values()));
    parts.put("initializers", kinds(Vocabulary.INITIALIZERS.rule()));
    parts.put("losses", kinds(Vocabulary.LOSSES.rule()));
    parts.put("metrics", kinds(Vocabulary.METRICS.rule()));
    parts.put("optimizers", optimizers());
    parts.put("all optimizers", table("Setting", OptimizerKinds.COMMON));
    parts.put("strategies", kinds(StrategyKinds.RULE));
    parts.put("settings of strategies", settingsOfStrategies());

    DocumentParts.check(Path.of("../docs/jobs.md"), parts);
  }

  private static String names(Object[] values) {
    return Arrays.stream(values).map(each -> "`" + each + "`").collect(Collectors.joining(", "))
        + ".\n";
  }

  private static String fields() {
    Map<String, String> rows = new LinkedHashMap<>();
    Set<String> shown = new HashSet<>();
    JobRules.JOB.fields().forEach((name, field) -> add(rows, shown, name, field));
    return table("Field", rows);
  }

  /** A field and those below it; what is shared is shown once. */
  private static void add(Map<String, String> rows, Set<String> shown, String name, Field field) {
    if (field.rule() instanceof Shared shared && !shown.add(shared.name())) {
      rows.put(name, described(field) + "; has the fields of a " + shared.name());
      return;
    }
    rows.put(name, described(field));
    Rule rule = field.rule() instanceof Shared shared ? shared.rule().get() : field.rule();
    if (rule instanceof Either either) {
      rule = either.rules().stream().filter(Fields.class::isInstance).findFirst().orElse(rule);
    }
    if (rule instanceof Fields fields) {
      fields.fields().forEach((below, inner) -> add(rows, shown, name + "." + below, inner));
    }
  }

  private static String described(Field field) {
    String otherwise =
        field.otherwise().isMissingNode() ? "" : " [" + field.otherwise().asText() + "]";
    return (field.isRequired() ? "**required**: " : "") + field.description() + otherwise;
  }

  private static String table(String head, Fields fields) {
    Map<String, String> rows = new LinkedHashMap<>();
    fields.fields().forEach((name, field) -> rows.put(name, described(field)));
    return table(head, rows);
  }

  private static String table(String head, Map<String, String> rows) {
    StringBuilder table = new StringBuilder("\n| " + head + " | |\n|---|---|\n");
    rows.forEach(
        (name, text) ->
            table.append("| `").append(name).append("` | ").append(text).append(" |\n"));
    return table.append('\n').toString();
  }

  /** Kinds with equal settings share a row. */
  private static String kinds(Rule rule) {
    Map<String, String> settings = new TreeMap<>();
    ((Kinds) ((Shared) rule).rule().get())
        .kinds()
        .forEach((name, fields) -> settings.put(name, settings(fields, List.of())));
    return kinds(settings);
  }

  /** What the settings of all are, those with one description once. */
  private static String settingsOfStrategies() {
    Map<String, String> rows = new TreeMap<>();
    ((Kinds) ((Shared) StrategyKinds.RULE).rule().get())
        .kinds()
        .forEach(
            (kind, fields) ->
                fields
                    .fields()
                    .forEach(
                        (name, field) ->
                            rows.merge(
                                name,
                                field.description(),
                                (one, other) ->
                                    List.of(one.split("; or ", -1)).contains(other)
                                        ? one
                                        : one + "; or " + other)));
    return table("Setting", rows);
  }

  private static String optimizers() {
    Map<String, String> settings = new TreeMap<>();
    List<String> common = List.copyOf(OptimizerKinds.COMMON.fields().keySet());
    ((Kinds) ((Shared) OptimizerKinds.RULE).rule().get())
        .kinds()
        .forEach((name, fields) -> settings.put(name, settings(fields, common)));
    return kinds(settings);
  }

  private static String kinds(Map<String, String> settings) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    settings.forEach(
        (name, text) ->
            names.computeIfAbsent(text, each -> new ArrayList<>()).add("`" + name + "`"));
    StringBuilder table = new StringBuilder("\n| Name | Settings |\n|---|---|\n");
    names.forEach(
        (text, named) ->
            table
                .append("| ")
                .append(String.join(", ", named))
                .append(" | ")
                .append(text)
                .append(" |\n"));
    return table.append('\n').toString();
  }

  private static String settings(Fields fields, List<String> without) {
    List<String> settings = new ArrayList<>();
    fields
        .fields()
        .forEach(
            (name, field) -> {
              if (!without.contains(name) && !name.equals("name")) {
                settings.add("`" + name + "`" + (field.isRequired() ? "" : otherwise(field)));
              }
            });
    return settings.isEmpty() ? "" : String.join(", ", settings);
  }

  private static String otherwise(Field field) {
    JsonNode otherwise = field.otherwise();
    if (otherwise.isMissingNode()) {
      return "";
    }
    boolean isKind = otherwise.size() == 1 && otherwise.elements().next().isObject();
    String shown = isKind ? otherwise.fieldNames().next() : otherwise.toString();
    return " [" + (otherwise.isTextual() ? otherwise.asText() : shown) + "]";
  }
}
