package io.kindling.cli;

import io.kindling.model.TrainedModel;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a saved model's network for other programs. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Writes a saved model's network for other programs.")
final class ExportCommand implements Callable<Integer> {

  /** What other programs read. */
  enum Form {
    /** TensorFlow's SavedModel, with the numbers. */
    savedmodel,
    /** The network's text, without numbers, which a job names as its network. */
    json
  }

  @Mixin private SparkOptions spark;

  @Parameters(paramLabel = "MODEL", description = "Where the model was saved.")
  private String model;

  @Parameters(paramLabel = "TARGET", description = "Where to write; any path that Hadoop knows.")
  private String target;

  @Option(
      names = "--as",
      description =
          "What to write: ${COMPLETION-CANDIDATES}; a SavedModel of TensorFlow, or the network's JSON without its numbers; default: ${DEFAULT-VALUE}.",
      defaultValue = "savedmodel")
  private Form form;

  @Option(names = "--overwrite", description = "Replaces what stands at the target.")
  private boolean isOverwriting;

  @Override
  public Integer call() throws IOException {
    SparkSession session = spark.localSession("export");
    try {
      Target to = Target.of(target, "TARGET", session.sparkContext().hadoopConfiguration());
      if (!isOverwriting) {
        to.requireFree("Use --overwrite");
      }
      Optional<String> foreign =
          form == Form.json
              ? to.folder("network's JSON")
              : to.foreign("saved_model.pb", "SavedModel");
      if (foreign.isPresent()) {
        throw new IllegalArgumentException(foreign.get());
      }
      TrainedModel trained = SavedModel.load(session, model).trained().model();
      to.write(
          fresh -> {
            if (form == Form.json) {
              writeJson(to, fresh, trained);
            } else {
              writeSavedModel(to, fresh, trained);
            }
          });
      System.out.println(to.path());
    } finally {
      session.stop();
    }
    return 0;
  }

  private static void writeJson(Target to, Path fresh, TrainedModel trained) throws IOException {
    try (OutputStream out = to.fileSystem().create(fresh)) {
      out.write(trained.network().toJson().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void writeSavedModel(Target to, Path fresh, TrainedModel trained)
      throws IOException {
    java.nio.file.Path local = Files.createTempDirectory("kindling-export");
    try {
      java.nio.file.Path folder = local.resolve("saved_model");
      SavedModelExport.write(folder, trained.network(), trained.parameters(), trained.state());
      to.fileSystem().copyFromLocalFile(new Path(folder.toUri()), fresh);
    } finally {
      FileUtil.fullyDelete(local.toFile());
    }
  }
}
