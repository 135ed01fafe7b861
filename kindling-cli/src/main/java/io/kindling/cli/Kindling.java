package io.kindling.cli;

import io.kindling.cli.grammar.InvalidDocumentException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The {@code kindling} command. */
@Command(
    name = "kindling",
    description = "Deep learning as a native part of Apache Spark.",
    mixinStandardHelpOptions = true,
    version = "kindling 0.1.0-SNAPSHOT",
    subcommands = {
      DemoCommand.class,
      TrainCommand.class,
      ScoreCommand.class,
      EvaluateCommand.class,
      InspectCommand.class,
      VerifyCommand.class,
      ExportCommand.class,
      CompletionCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:used wrongly: the command line, or a job file",
      "130:interrupted"
    })
public final class Kindling {

  /** Exit code where the work failed; 2 is a wrong command line, as picocli has it. */
  static final int FAILED = 1;

  /** A command that reads files of this machine before it reads data. */
  interface ReadsFiles {

    /**
     * The files, which have been checked.
     *
     * @throws InvalidDocumentException if one of them is wrong
     */
    List<Path> files() throws IOException;
  }

  private Kindling() {}

  /**
   * Runs one subcommand and ends the process with its exit code: 0 done, 1 failed, 2 used wrongly.
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  /** The command with its subcommands. */
  static CommandLine commandLine() {
    return new CommandLine(new Kindling())
        .setExecutionStrategy(Kindling::execute)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println(command.getColorScheme().errorText(message(failure)));
              if (Boolean.getBoolean("kindling.stacktrace")) {
                failure.printStackTrace(command.getErr());
              }
              return failure instanceof InvalidDocumentException
                  ? CommandLine.ExitCode.USAGE
                  : FAILED;
            });
  }

  /** Runs a command in this JVM, or where its options send it. */
  private static int execute(ParseResult parsed) {
    ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    CommandLine.Model.CommandSpec spec = command.commandSpec();
    if (!command.isUsageHelpRequested()
        && spec.mixins().containsKey("spark")
        && spec.mixins().get("spark").userObject() instanceof SparkOptions options
        && options.areForSparkSubmit()) {
      try {
        List<Path> files =
            spec.userObject() instanceof ReadsFiles reader ? reader.files() : List.of();
        return options.submission(files).run(parsed.originalArgs());
      } catch (IOException | InterruptedException | IllegalArgumentException e) {
        throw new CommandLine.ExecutionException(spec.commandLine(), e.getMessage(), e);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** The first line says what failed; the causes why, each once. */
  static String message(Throwable failure) {
    StringBuilder text = new StringBuilder(sentence(failure));
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      String why = sentence(cause).lines().findFirst().orElse("");
      if (text.indexOf(why) < 0) {
        text.append(System.lineSeparator()).append("Caused by: ").append(why);
      }
    }
    return text.toString();
  }

  private static String sentence(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
