package io.kindling.cli;

import io.kindling.predict.ModelDescription;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a model's files as a load would. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks whether a model, made elsewhere or saved by Kindling, may be loaded, without loading it.",
      "Ends with 0 where it may, and with 1 where something refuses it, and says what."
    })
final class VerifyCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  @Parameters(paramLabel = "MODEL", description = "File or folder of this machine.")
  private String path;

  @Override
  public Integer call() throws IOException {
    ForeignModel model =
        ForeignModel.anyAt(path)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "There is no model at "
                            + path
                            + ". Name a file or folder of this machine."));
    ModelDescription description = model.describe();
    if (isJson) {
      System.out.println(ForeignModel.report(description).json());
    } else {
      description.findings().forEach(System.out::println);
      System.out.println(
          description.isAcceptable()
              ? "Nothing refuses " + description.format() + " " + path + "."
              : path + " is refused.");
    }
    return description.isAcceptable() ? 0 : Kindling.FAILED;
  }
}
