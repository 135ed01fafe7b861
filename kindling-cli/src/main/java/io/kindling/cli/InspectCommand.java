package io.kindling.cli;

import io.kindling.spark.stage.NeuralClassificationModel;
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
  public Integer call() {
    PrintStream out = System.out;
    SparkSession session = spark.session("inspect");
    try {
      NeuralClassificationModel model =
          NeuralClassificationModel.read().session(session).load(path);
      out.println(model.model().network().summary());
      out.println();
      out.println("inputs:  " + model.model().network().inputs());
      out.println("outputs: " + model.model().network().outputs());
      model.model().provenance().entries().forEach((key, value) -> out.println(key + ": " + value));
    } finally {
      session.stop();
    }
    return 0;
  }
}
