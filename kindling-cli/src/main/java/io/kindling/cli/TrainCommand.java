package io.kindling.cli;

import io.kindling.cli.job.JobFile;
import io.kindling.cli.job.Labels;
import io.kindling.cli.job.Output;
import io.kindling.cli.job.Preparation;
import io.kindling.cli.job.Sources;
import io.kindling.cli.job.Task;
import io.kindling.metric.Evaluation;
import io.kindling.network.Network;
import io.kindling.spark.file.CompleteFolder;
import io.kindling.training.EpochReport;
import io.kindling.training.History;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains what a file describes. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Trains what a YAML file describes.")
final class TrainCommand implements Callable<Integer>, Kindling.ReadsFiles {

  /** Rows to train on, and those that are scored afterwards. */
  private record Split(Dataset<Row> train, Optional<Dataset<Row>> test) {}

  @Mixin private SparkOptions spark;

  @Option(
      names = "--json",
      description =
          "Ends with one JSON object on standard output; all else goes to standard error.")
  private boolean isJson;

  @Parameters(paramLabel = "JOB.yaml", description = "The job; see docs/jobs.md.")
  private Path file;

  @Override
  public List<Path> files() throws IOException {
    return JobFile.files(file);
  }

  @Override
  public Integer call() throws IOException {
    long began = System.nanoTime();
    PrintStream out = isJson ? System.err : System.out;
    JobFile job = JobFile.read(file);
    SparkSession session = spark.session("train");
    try {
      Results.check(session, job);
      Split rows = split(session, job);
      Preparation preparation = Preparation.fit(job.task(), rows.train());
      Network network = job.network().of(preparation.width());
      out.println(network.summary());
      out.println();
      Estimator<?> estimator = job.task().estimator(job.training(), network, preparation);
      Dataset<Row> train = preparation.prepare(rows.train());
      estimator.transformSchema(train.schema());
      // Whatever is wrong with the test rows is better known before hours of training than after.
      rows.test().ifPresent(test -> check(estimator, preparation, test));
      requireColumns(job, preparation, rows.train(), estimator.transformSchema(train.schema()));
      TrainingRun run = new TrainingRun(session, out);
      Trained trained = run.fit(estimator, train);
      Transformer whole =
          preparation.around(trained.stage(), trained.prediction(), rows.train().limit(1));
      save(session, whole, job.output());
      Optional<Quality> quality = evaluate(job, trained, whole, preparation, rows.test());
      if (job.output().pictures().isPresent()) {
        run.draw(
            Path.of(job.output().pictures().get()),
            trained.history(),
            quality.flatMap(Quality::confusion),
            preparation.labels().map(each -> names(each, job)).orElse(List.of()));
      }
      Report report =
          new Report()
              .withAll(quality.map(Quality::figures).orElseGet(() -> figures(trained, job)))
              .with("model", job.output().model())
              .with("seconds", Math.rint((System.nanoTime() - began) / 1e8) / 10);
      print(report, trained, quality);
    } finally {
      session.stop();
    }
    return 0;
  }

  private static Split split(SparkSession session, JobFile job) throws IOException {
    Dataset<Row> rows = Sources.open(session, job.data().train());
    double fraction = job.data().testFraction();
    if (fraction > 0) {
      Dataset<Row>[] parts =
          rows.randomSplit(new double[] {1 - fraction, fraction}, job.training().seed());
      return new Split(parts[0], Optional.of(parts[1]));
    }
    return job.data().test().isEmpty()
        ? new Split(rows, Optional.empty())
        : new Split(rows, Optional.of(Sources.open(session, job.data().test().get())));
  }

  private static void check(Estimator<?> estimator, Preparation preparation, Dataset<Row> test) {
    estimator.transformSchema(preparation.prepare(test).schema());
    if (test.isEmpty()) {
      throw new IllegalArgumentException(
          "The test data holds no rows. Give some, or leave data.test out.");
    }
    preparation.requireKnownLabels(test);
  }

  /** The columns of predictions that are kept. */
  private static void requireColumns(
      JobFile job, Preparation preparation, Dataset<Row> rows, StructType scored) {
    List<String> there = preparation.columnsAround(List.of(rows.columns()), scored);
    List<String> missing =
        job.output().predictions().stream()
            .flatMap(predictions -> predictions.columns().stream())
            .filter(column -> !there.contains(column))
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The columns %s (output.predictions.columns) are missing. The columns are %s."
              .formatted(missing, String.join(", ", there)));
    }
  }

  /** A pipeline's own writer would delete what it replaces first. */
  private static void save(SparkSession session, Transformer model, Output output)
      throws IOException {
    CompleteFolder folder =
        new CompleteFolder(output.model(), session.sparkContext().hadoopConfiguration());
    CompleteFolder.Content content = fresh -> ((MLWritable) model).write().save(fresh.toString());
    if (output.overwrite()) {
      folder.overwrite(content);
    } else {
      folder.write(content);
    }
  }

  /**
   * Scores the test rows, keeps them where the job says so, and compares them with their labels.
   */
  private static Optional<Quality> evaluate(
      JobFile job,
      Trained trained,
      Transformer whole,
      Preparation preparation,
      Optional<Dataset<Row>> test)
      throws IOException {
    if (test.isEmpty()) {
      return Optional.empty();
    }
    Dataset<Row> scored = whole.transform(test.get());
    if (job.output().predictions().isPresent()) {
      write(scored, job.output().predictions().get(), job.output().overwrite());
    }
    if (job.task() instanceof Task.Classification) {
      Labels labels = preparation.labels().orElseThrow();
      return Optional.of(trained.qualityOfClasses(scored, labels));
    }
    if (job.task() instanceof Task.Regression regression) {
      return Optional.of(Quality.ofNumbers(scored, regression.label(), trained.prediction()));
    }
    return Optional.empty();
  }

  private static void write(Dataset<Row> scored, Output.Predictions to, boolean overwrite)
      throws IOException {
    Dataset<Row> kept =
        to.columns().isEmpty()
            ? scored
            : scored.select(to.columns().stream().map(functions::col).toArray(Column[]::new));
    CompleteFolder folder =
        new CompleteFolder(to.path(), scored.sparkSession().sparkContext().hadoopConfiguration());
    CompleteFolder.Content content =
        fresh -> kept.write().format(to.format()).save(fresh.toString());
    if (overwrite) {
      folder.overwrite(content);
    } else {
      folder.write(content);
    }
  }

  private static List<String> names(Labels labels, JobFile job) {
    return labels.areNamed() || !(job.task() instanceof Task.Classification classification)
        ? labels.names()
        : classification.classes();
  }

  /** Those of the model's epoch: of the validation where there is one, else of the training. */
  private static Map<String, Double> figures(Trained trained, JobFile job) {
    History history = trained.history();
    EpochReport kept = job.training().patience() > 0 ? history.best() : history.last();
    Evaluation evaluation = kept.validation().orElse(kept.training());
    Map<String, Double> figures = new LinkedHashMap<>(evaluation.metrics());
    figures.put("loss", evaluation.loss());
    return figures;
  }

  private void print(Report report, Trained trained, Optional<Quality> quality) {
    if (!isJson) {
      System.out.println(report.line());
      return;
    }
    report.with("rows", quality.map(Quality::rows).orElse(0L));
    quality.flatMap(Quality::confusion).ifPresent(each -> report.with("confusion", each.counts()));
    report.with("epochs", trained.history().epochs().stream().map(TrainCommand::entries).toList());
    System.out.println(report.json());
  }

  private static Map<String, Object> entries(EpochReport epoch) {
    Report entries = new Report().with("epoch", epoch.epoch()).with("seconds", epoch.seconds());
    entries.with("training", entries(epoch.training()));
    epoch.validation().ifPresent(each -> entries.with("validation", entries(each)));
    return entries.entries();
  }

  private static Map<String, Object> entries(Evaluation evaluation) {
    return new Report().with("loss", evaluation.loss()).withAll(evaluation.metrics()).entries();
  }
}
