package io.kindling.cli;

import io.kindling.cli.job.JobFile;
import io.kindling.cli.job.Sources;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.training.EpochReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Trains what a file describes. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Trains what a YAML file describes.")
final class TrainCommand implements Callable<Integer> {

  @Mixin private SparkOptions spark;

  @Parameters(paramLabel = "JOB.yaml", description = "The job; see docs/jobs.md.")
  private Path job;

  @Override
  public Integer call() throws IOException {
    PrintStream out = System.out;
    long began = System.nanoTime();
    JobFile file = JobFile.read(job);
    out.println(file.network().summary());
    out.println();
    SparkSession session = spark.session("train");
    try {
      TrainingRun run = new TrainingRun(session, out);
      Results.check(session, file);
      Dataset<Row> train = Sources.open(session, file.data().train());
      Dataset<Row> test = null;
      if (file.data().test() != null) {
        // Whatever is wrong with it is better known before hours of training than after.
        test = Sources.open(session, file.data().test());
        file.classifier().transformSchema(test.schema());
        if (test.isEmpty()) {
          throw new IllegalArgumentException(
              "The test data holds no rows. Give some, or leave data.test out.");
        }
      }
      NeuralClassificationModel model = run.fit(file.classifier(), train);
      model.write().overwrite().save(file.output().model());
      double accuracy;
      if (test == null) {
        EpochReport last = model.summary().last();
        accuracy =
            last.validation()
                .orElse(last.training())
                .metrics()
                .getOrDefault("accuracy", Double.NaN);
        if (file.output().pictures() != null) {
          out.println("pictures: skipped, because there is no test data (data.test).");
        }
      } else {
        Confusion confusion = run.evaluate(model, test, file.label());
        accuracy = confusion.accuracy();
        if (file.output().pictures() != null) {
          run.draw(
              Path.of(file.output().pictures()),
              model.summary().history(),
              confusion,
              file.classes());
        }
      }
      out.printf(
          Locale.ROOT,
          "accuracy=%.4f model=%s seconds=%.1f%n",
          accuracy,
          file.output().model(),
          (System.nanoTime() - began) / 1e9);
    } finally {
      session.stop();
    }
    return 0;
  }
}
