package io.kindling.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints what makes a shell complete this command. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints a script that makes bash or zsh complete this command.",
    footer = {"", "In bash and zsh:  source <(kindling completion)"})
final class CompletionCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    System.out.print(AutoComplete.bash("kindling", Kindling.commandLine()));
    System.out.flush();
    return 0;
  }
}
