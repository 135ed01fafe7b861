package io.kindling.cli;

import com.fasterxml.jackson.databind.util.RawValue;
import io.kindling.model.TrainedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.tensor.TensorSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what a saved model is. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Tells what a saved model is: one of Kindling's, or one made elsewhere, whose files are read and not run."
    })
final class InspectCommand implements Callable<Integer> {

  @Mixin private SparkOptions spark;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  @Parameters(paramLabel = "MODEL", description = "Where the model was saved.")
  private String path;

  @Override
  public Integer call() throws IOException {
    Optional<ForeignModel> foreign = ForeignModel.at(path);
    if (foreign.isPresent()) {
      ModelDescription description = foreign.get().describe();
      System.out.println(isJson ? ForeignModel.report(description).json() : description);
      return 0;
    }
    SparkSession session = spark.localSession("inspect");
    try {
      SavedModel saved = SavedModel.load(session, path);
      if (isJson) {
        System.out.println(report(saved).json());
      } else {
        print(saved, System.out);
      }
    } finally {
      session.stop();
    }
    return 0;
  }

  private static void print(SavedModel saved, PrintStream out) {
    TrainedModel model = saved.trained().model();
    out.println(model.network().summary());
    out.println();
    out.println("stages:  " + String.join(" → ", stages(saved.transformer())));
    out.println("inputs:  " + model.network().inputs());
    out.println("outputs: " + model.network().outputs());
    if (!saved.classes().isEmpty()) {
      out.println("classes: " + saved.classes());
    }
    model.provenance().entries().forEach((key, value) -> out.println(key + ": " + value));
  }

  private static Report report(SavedModel saved) {
    TrainedModel model = saved.trained().model();
    return new Report()
        .with("model", saved.path())
        .with("stages", stages(saved.transformer()))
        .with("inputs", model.network().inputs().stream().map(InspectCommand::spec).toList())
        .with("outputs", model.network().outputs().stream().map(InspectCommand::spec).toList())
        .with("classes", saved.classes())
        .with("parameters", model.network().parameters().count())
        .with("network", new RawValue(model.network().toJson()))
        .with("provenance", model.provenance().entries());
  }

  private static Map<String, Object> spec(TensorSpec spec) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("name", spec.name());
    entries.put("type", spec.type().toString());
    entries.put("shape", spec.shape().dimensions());
    return entries;
  }

  private static List<String> stages(Transformer model) {
    Stream<Transformer> stages =
        model instanceof PipelineModel pipeline ? Stream.of(pipeline.stages()) : Stream.of(model);
    return stages.map(each -> each.getClass().getSimpleName()).toList();
  }
}
