package io.kindling.cli;

import io.kindling.model.TrainedModel;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells what a saved model is. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Tells what a saved model is.")
final class InspectCommand implements Callable<Integer> {

  @Mixin private SparkOptions spark;

  @Parameters(paramLabel = "MODEL", description = "Where the model was saved.")
  private String path;

  @Override
  public Integer call() throws IOException {
    PrintStream out = System.out;
    SparkSession session = spark.localSession("inspect");
    try {
      TrainedModel model = SavedModel.load(session, path).trained().model();
      out.println(model.network().summary());
      out.println();
      out.println("inputs:  " + model.network().inputs());
      out.println("outputs: " + model.network().outputs());
      model.provenance().entries().forEach((key, value) -> out.println(key + ": " + value));
    } finally {
      session.stop();
    }
    return 0;
  }
}
