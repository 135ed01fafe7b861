package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The tables of {@code docs/cli.md} are made of the commands themselves. */
class CliDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/cli.md");

  @Test
  void hasTheOptionsOfEveryCommand() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    commands().forEach((name, command) -> parts.put(name, table(command.getCommandSpec())));
    parts.put("spark", sparkTable());
    parts.put("exit codes", exitCodes());

    DocumentParts.check(DOCUMENT, parts);
  }

  @Test
  void describesEveryCommandUnderItsName() throws IOException {
    String text = Files.readString(DOCUMENT);

    assertThat(commands().keySet()).allMatch(name -> text.contains("\n## `" + name + "`\n"));
  }

  private static Map<String, CommandLine> commands() {
    return Kindling.commandLine().getSubcommands();
  }

  /** What belongs to Spark is the same for all, and has a table of its own. */
  private static String table(CommandSpec command) {
    List<? extends ArgSpec> own =
        command.args().stream().filter(each -> !isStandard(each) && !isSparks(each)).toList();
    return own.isEmpty() ? "" : table(own);
  }

  private static String sparkTable() {
    return table(
        commands().get("score").getCommandSpec().args().stream()
            .filter(CliDocumentTest::isSparks)
            .toList());
  }

  private static boolean isSparks(ArgSpec argument) {
    return argument.userObject() instanceof java.lang.reflect.Field field
        && field.getDeclaringClass() == SparkOptions.class;
  }

  private static boolean isStandard(ArgSpec argument) {
    return argument instanceof OptionSpec option && (option.usageHelp() || option.versionHelp());
  }

  private static String table(List<? extends ArgSpec> arguments) {
    StringBuilder table = new StringBuilder("\n| Option | |\n|---|---|\n");
    for (ArgSpec argument : arguments) {
      String description =
          String.join(" ", argument.description())
              .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()));
      if (argument.completionCandidates() != null) {
        String candidates = String.join(", ", argument.completionCandidates());
        description = description.replace("${COMPLETION-CANDIDATES}", candidates);
      }
      table
          .append("| `")
          .append(name(argument).replace("|", "\\|"))
          .append("` | ")
          .append(argument.required() && argument.isOption() ? "Required. " : "")
          .append(description)
          .append(" |\n");
    }
    return table.append('\n').toString();
  }

  private static String name(ArgSpec argument) {
    if (argument instanceof OptionSpec option) {
      boolean isFlag = option.arity().max() == 0;
      return option.longestName() + (isFlag ? "" : " " + option.paramLabel());
    }
    return argument.paramLabel();
  }

  private static String exitCodes() {
    StringBuilder table = new StringBuilder("\n| Code | |\n|---|---|\n");
    Kindling.commandLine()
        .getCommandSpec()
        .usageMessage()
        .exitCodeList()
        .forEach(
            (code, meaning) ->
                table.append("| ").append(code).append(" | ").append(meaning).append(" |\n"));
    return table.append('\n').toString();
  }
}
