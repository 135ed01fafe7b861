package io.kindling.cli;

import io.kindling.cli.grammar.InvalidDocumentException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code kindling} command. */
@Command(
    name = "kindling",
    description = "Deep learning as a native part of Apache Spark.",
    mixinStandardHelpOptions = true,
    version = "kindling 0.1.0-SNAPSHOT",
    subcommands = {DemoCommand.class, TrainCommand.class, ScoreCommand.class, InspectCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class Kindling {

  /** Exit code where the job failed; 2 is a wrong command line, as picocli has it. */
  static final int FAILED = 1;

  private Kindling() {}

  /**
   * Runs one subcommand and ends the process with its exit code: 0 done, 1 failed, 2 used wrongly.
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Kindling())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println(command.getColorScheme().errorText(message(failure)));
              if (Boolean.getBoolean("kindling.stacktrace")) {
                failure.printStackTrace(command.getErr());
              }
              return failure instanceof InvalidDocumentException
                  ? CommandLine.ExitCode.USAGE
                  : FAILED;
            })
        .execute(arguments);
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
