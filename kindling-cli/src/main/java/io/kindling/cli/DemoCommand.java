package io.kindling.cli;

import io.kindling.cli.digits.Digit;
import io.kindling.cli.digits.Digits;
import io.kindling.cli.job.Labels;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralClassifier;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The main job on data that is drawn on the spot: train on executors, save, load in a new JVM,
 * score.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Draws handwritten-looking digits, trains a network on executors, saves it and scores with it.")
final class DemoCommand implements Callable<Integer> {

  /** A new JVM has to start Spark; more means that it hangs. */
  private static final long SCORE_MINUTES = 5;

  private static final StructType SCHEMA =
      new StructType()
          .add("features", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add("label", DataTypes.IntegerType, false);

  @Mixin private SparkOptions spark;

  @Option(
      names = "--rows",
      description = "Digits to train on; default: ${DEFAULT-VALUE}.",
      defaultValue = "12000")
  private int rows;

  @Option(
      names = "--test-rows",
      description = "Digits to test with; default: ${DEFAULT-VALUE}.",
      defaultValue = "2000")
  private int testRows;

  @Option(
      names = "--epochs",
      description = "Passes over the data; default: ${DEFAULT-VALUE}.",
      defaultValue = "4")
  private int epochs;

  @Option(
      names = "--workers",
      description = "Workers; default: ${DEFAULT-VALUE}.",
      defaultValue = "2")
  private int workers;

  @Option(
      names = "--output",
      description = "Folder for model and pictures; default: ${DEFAULT-VALUE}.",
      defaultValue = "kindling-demo")
  private Path output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream out = System.out;
    long began = System.nanoTime();
    Path folder = Files.createDirectories(output.toAbsolutePath());
    Path model = folder.resolve("model");
    Path sample = folder.resolve("sample");
    Confusion confusion;
    SparkSession session = spark.session("demo");
    try {
      Network network =
          Network.sequential(
              Input.of("features", Digits.SIDE, Digits.SIDE, 1),
              Conv2d.of(32, 5).relu(),
              MaxPool2d.of(2),
              Flatten.of(),
              Dense.of(128).relu(),
              Dropout.of(0.3),
              Dense.of(Digits.CLASSES));
      out.println(network.summary());
      out.println();
      Dataset<Row> train = digits(session, 1, rows);
      Dataset<Row> test = digits(session, 2, testRows);
      NeuralClassifier classifier =
          new NeuralClassifier()
              .setNetwork(network)
              .setOptimizer(Optimizers.adam(1e-3))
              .setEpochs(epochs)
              .setBatchSize(128)
              .setNumWorkers(workers)
              .setSeed(1)
              .setFeaturesCol("features")
              .setLabelCol("label");
      TrainingRun run = new TrainingRun(session, out);
      Trained trained = run.fit(classifier, train);
      confusion =
          trained
              .qualityOfClasses(trained.stage().transform(test), new Labels("label", List.of()))
              .confusion()
              .orElseThrow();
      ((MLWritable) trained.stage()).write().overwrite().save(model.toUri().toString());
      test.limit(10).write().mode("overwrite").parquet(sample.toUri().toString());
      run.draw(folder.resolve("pictures"), trained.history(), Optional.of(confusion), List.of());
    } finally {
      session.stop();
    }
    if (ClassLoader.getSystemClassLoader().equals(Kindling.class.getClassLoader())) {
      out.println("a sample, scored by the saved model in a new JVM:");
      scoreInNewJvm(model, sample);
    } // else spark-submit has put the classes where a new JVM does not find them
    out.printf(
        Locale.ROOT,
        "accuracy=%.4f model=%s seconds=%.1f%n",
        confusion.accuracy(),
        model,
        (System.nanoTime() - began) / 1e9);
    return 0;
  }

  private static Dataset<Row> digits(SparkSession session, long seed, int count) {
    JavaRDD<Row> drawn =
        session.range(0, count, 1, 8).javaRDD().map(index -> row(Digits.draw(seed, index)));
    return session.createDataFrame(drawn, SCHEMA);
  }

  private static Row row(Digit digit) {
    return RowFactory.create(digit.pixels(), digit.label());
  }

  private void scoreInNewJvm(Path model, Path sample) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Kindling.class.getName(),
            "score",
            "--master",
            "local[1]",
            "--model",
            model.toString(),
            "--input",
            sample.toString(),
            "--columns",
            "label,prediction"));
    Process process = new ProcessBuilder(command).inheritIO().start();
    // A JVM that is stopped runs no finally.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "kindling-demo-stop"));
    try {
      if (!process.waitFor(SCORE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException(
            "Failed to score the sample in a new JVM; its output stands above.");
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
