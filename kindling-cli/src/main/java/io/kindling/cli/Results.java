package io.kindling.cli;

import io.kindling.cli.job.JobFile;
import io.kindling.cli.job.Output;
import io.kindling.cli.job.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Where the results of a training go, looked at before it begins. */
final class Results {

  /** What Spark ML writes into each saved model. */
  static final String MODEL = "metadata";

  /** What Spark writes into each table that is complete. */
  static final String ROWS = "_SUCCESS";

  private Results() {}

  /**
   * Checks that model, predictions and pictures can be written, and that nothing else is lost by
   * it.
   *
   * @throws IllegalArgumentException naming all that stands in the way
   * @throws IOException if a folder cannot be written
   */
  static void check(SparkSession session, JobFile job) throws IOException {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Output output = job.output();
    Target model = Target.of(output.model(), "output.model", hadoop);
    List<Target> targets = new ArrayList<>(List.of(model));
    if (output.predictions().isPresent()) {
      targets.add(Target.of(output.predictions().get().path(), "output.predictions", hadoop));
    }
    List<String> wrong = new ArrayList<>();
    for (Target target : targets) {
      for (Path input : inputs(job, hadoop)) {
        if (target.overlaps(input)) {
          wrong.add(
              "Nothing can be written to %s (%s), because the data are read from %s. Name another folder."
                  .formatted(target.path(), target.option(), input));
        }
      }
      if (!output.overwrite()) {
        target.taken("Set output.overwrite: true").ifPresent(wrong::add);
      }
    }
    if (output.overwrite()) {
      model.foreign(MODEL, "saved model").ifPresent(wrong::add);
      for (Target predictions : targets.subList(1, targets.size())) {
        predictions.foreign(ROWS, "table that Spark wrote").ifPresent(wrong::add);
      }
    }
    if (job.training().initialModel().isPresent()) {
      Target start = Target.of(job.training().initialModel().get(), "initialModel", hadoop);
      if (!start.exists()) {
        wrong.add("The initial model %s (initialModel) does not exist.".formatted(start.path()));
      }
    }
    if (targets.size() > 1 && model.overlaps(targets.get(1).path())) {
      wrong.add("output.model and output.predictions lie within one another. Name two folders.");
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), wrong));
    }
    for (Target target : targets) {
      target.probe();
    }
    if (output.pictures().isPresent()) {
      String inside = java.nio.file.Path.of(output.pictures().get()).toUri() + "/loss-curve.png";
      Target.of(inside, "output.pictures", hadoop).probe();
    }
  }

  /** The paths among the sources. */
  private static List<Path> inputs(JobFile job, Configuration hadoop) {
    return Stream.concat(Stream.of(job.data().train()), job.data().test().stream())
        .map(Source::path)
        .flatMap(path -> path.stream())
        .map(path -> qualified(new Path(path), hadoop))
        .toList();
  }

  /**
   * With scheme and authority, where its file system is known; data may lie in another than the
   * model.
   */
  private static Path qualified(Path input, Configuration hadoop) {
    try {
      FileSystem fileSystem = input.getFileSystem(hadoop);
      return fileSystem.makeQualified(input);
    } catch (IOException e) {
      // Whoever reads it says so.
      return input;
    }
  }
}
