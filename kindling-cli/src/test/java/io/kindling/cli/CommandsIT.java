package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.network.NetworkFormat;
import io.kindling.spark.stage.NeuralClassificationModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands, one after another on one small model. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandsIT {

  @TempDir private static Path folder;

  @Test
  @Order(1)
  void demoTrainsSavesAndScoresInANewJvm() throws IOException {
    Outcome outcome =
        run(
            "demo",
            "--master",
            "local[2]",
            "--rows",
            "1500",
            "--test-rows",
            "300",
            "--epochs",
            "3",
            "--output",
            folder.toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines().toList())
        .last()
        .asString()
        .matches("accuracy=0\\.\\d{4} model=" + folder + "/model seconds=\\d+\\.\\d");
    for (String picture : new String[] {"loss-curve.png", "confusion-matrix.png"}) {
      BufferedImage image = ImageIO.read(folder.resolve("pictures").resolve(picture).toFile());
      assertThat(image.getWidth()).as(picture).isGreaterThan(600);
    }
  }

  @Test
  @Order(2)
  void inspectTellsWhatTheModelIs() {
    Outcome outcome = run("inspect", folder.resolve("model").toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains(
            "592,074 parameters",
            "inputs:  ['features' float32[?, 28, 28, 1]]",
            "spark.version: 4.1.0",
            "rows: 1500");
  }

  @Test
  @Order(3)
  void scoreWritesWhatItScored() {
    Path scored = folder.resolve("scored");

    Outcome outcome =
        run(
            "score",
            "--master",
            "local[1]",
            "--model",
            folder.resolve("model").toString(),
            "--input",
            folder.resolve("sample").toString(),
            "--output",
            scored.toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(Files.exists(scored.resolve("_SUCCESS"))).isTrue();

    Outcome again = score("--output", scored.toString());
    assertThat(again.exitCode()).isEqualTo(Kindling.FAILED);
    assertThat(again.err())
        .isEqualToIgnoringNewLines(
            "The path file:%s (--output) exists. Use --mode overwrite to replace it, or name another."
                .formatted(scored));

    Outcome replaced =
        score(
            "--output",
            scored.toString(),
            "--mode",
            "overwrite",
            "--output-format",
            "csv",
            "--output-option",
            "header=true",
            "--columns",
            "label,prediction",
            "--json");
    assertThat(replaced.exitCode()).as(replaced.err()).isZero();
    assertThat(replaced.lastLine()).contains("\"format\":\"csv\"");
  }

  @Test
  @Order(3)
  void scorePrintsRowsAsJson() {
    Outcome outcome = score("--columns", "label,prediction", "--json");

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines())
        .hasSize(10)
        .allMatch(line -> line.matches("\\{\"label\":\\d,\"prediction\":\\d\\.0}"));
  }

  @Test
  @Order(3)
  void scoreLosesNothingToItsOutput() throws IOException {
    Path thesis = Files.createDirectories(folder.resolve("precious")).resolve("thesis.txt");
    Files.writeString(thesis, "years");
    for (String mode : List.of("overwrite", "append")) {
      for (String read : List.of("sample", "model")) {
        String path = folder.resolve(read).toString();
        Outcome outcome = score("--output", path, "--mode", mode);
        assertThat(outcome.exitCode()).isEqualTo(Kindling.FAILED);
        assertThat(outcome.err())
            .isEqualToIgnoringNewLines(
                "Nothing can be written to file:%s (--output), because %s is read. Name another path."
                    .formatted(path, path));
      }
    }
    Outcome foreign = score("--output", thesis.getParent().toString(), "--mode", "overwrite");
    assertThat(foreign.err())
        .isEqualToIgnoringNewLines(
            "The path file:%s (--output) cannot be replaced: something stands there that is no table that Spark"
                    .formatted(thesis.getParent())
                + " wrote and would be lost. Name another.");
    Outcome exported =
        run(
            "export",
            folder.resolve("model").toString(),
            thesis.getParent().toString(),
            "--overwrite");
    assertThat(exported.err()).contains("something stands there that is no SavedModel");
    assertThat(thesis).hasContent("years");
    assertThat(score("--columns", "label,predictedLabl").err())
        .startsWith("The columns [predictedLabl] (--columns) are missing. The columns are ");
  }

  private static Outcome score(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "score",
                "--master",
                "local[1]",
                "--model",
                folder.resolve("model").toString(),
                "--input",
                folder.resolve("sample").toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  @Order(3)
  void evaluateComparesPredictionsWithLabels() {
    Outcome outcome =
        run(
            "evaluate",
            "--master",
            "local[1]",
            "--model",
            folder.resolve("model").toString(),
            "--input",
            folder.resolve("sample").toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.lastLine())
        .matches("accuracy=.* weightedF1=.* logLoss=.* rows=10 model=.*/model");
  }

  @Test
  @Order(3)
  void inspectTellsMachinesWhatTheModelIs() throws IOException {
    JsonNode model =
        new ObjectMapper()
            .readTree(run("inspect", "--json", folder.resolve("model").toString()).lastLine());

    assertThat(model.get("parameters").asInt()).isEqualTo(592_074);
    assertThat(model.get("inputs").toString())
        .isEqualTo("[{\"name\":\"features\",\"type\":\"float32\",\"shape\":[28,28,1]}]");
    assertThat(model.get("network").get("format").asText()).isEqualTo("kindling-layers");
    assertThat(model.get("provenance").get("rows").asText()).isEqualTo("1500");
  }

  @Test
  @Order(3)
  void exportWritesWhatOtherProgramsRead() throws IOException {
    String model = folder.resolve("model").toString();
    Path saved = folder.resolve("exported");
    Path json = folder.resolve("network.json");

    assertThat(run("export", model, saved.toString()).exitCode()).isZero();
    assertThat(saved.resolve("saved_model.pb")).exists();
    assertThat(run("export", model, json.toString(), "--as", "json").exitCode()).isZero();
    assertThat(NetworkFormat.parse(Files.readString(json)).outputs()).hasSize(1);

    Outcome again = run("export", model, saved.toString());
    assertThat(again.exitCode()).isEqualTo(Kindling.FAILED);
    assertThat(again.err())
        .isEqualToIgnoringNewLines(
            "The path file:%s (TARGET) exists. Use --overwrite to replace it, or name another."
                .formatted(saved));
    assertThat(run("export", "--overwrite", model, saved.toString()).exitCode()).isZero();
    assertThat(saved.resolve("saved_model.pb")).exists();
  }

  @Test
  @Order(3)
  void completionCompletesEverySubcommand() {
    assertThat(run("completion").out())
        .contains("complete -F _complete_kindling", "evaluate", "--deploy-mode");
  }

  @Test
  @Order(4)
  void failsWithOneSentenceWhereThereIsNoModel() {
    Outcome outcome = run("inspect", folder.resolve("nowhere").toString());

    assertThat(outcome.exitCode()).isEqualTo(Kindling.FAILED);
    assertThat(outcome.err())
        .isEqualToIgnoringNewLines(
            "Failed to load the model " + folder.resolve("nowhere") + ": it does not exist.");
  }

  @Test
  @Order(4)
  void inspectFindsTheModelThatAProcessLeftAside() throws IOException {
    Path model = folder.resolve("model");
    Path aside = folder.resolve("_model.old-000001-of-a-process-that-died");
    Files.move(model, aside);
    try {
      Outcome outcome = run("inspect", model.toString());
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains("592,074 parameters");
    } finally {
      Files.move(aside, model);
    }
  }

  @Test
  @Order(4)
  void failsWithOneSentenceWhereThereAreNoRows() {
    String model = folder.resolve("model").toString();
    String nothing = folder.resolve("nothing").toString();
    Outcome outcome = run("score", "--master", "local[1]", "--model", model, "--input", nothing);

    assertThat(outcome.exitCode()).isEqualTo(Kindling.FAILED);
    assertThat(outcome.err())
        .isEqualToIgnoringNewLines("Failed to read " + nothing + ": it does not exist.");
  }

  @Test
  @Order(4)
  void inspectsAndScoresWithAPipeline() throws IOException {
    String pipeline = folder.resolve("pipeline").toString();
    SparkSession session = SparkSession.builder().master("local[1]").getOrCreate();
    try {
      new Pipeline()
          .setStages(
              new PipelineStage[] {
                NeuralClassificationModel.load(folder.resolve("model").toString()),
                new SQLTransformer().setStatement("SELECT *, prediction + 1 AS next FROM __THIS__")
              })
          .fit(session.read().load(folder.resolve("sample").toString()))
          .save(pipeline);
    } finally {
      session.stop();
    }

    assertThat(run("inspect", pipeline).out()).contains("592,074 parameters");
    String sample = folder.resolve("sample").toString();
    Outcome outcome =
        run(
            "score",
            "--master",
            "local[1]",
            "--model",
            pipeline,
            "--input",
            sample,
            "--columns",
            "prediction,next");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("next");
  }

  @Test
  @Order(5)
  void failsBeforeSparkStartsWhereAJobIsWrong() throws IOException {
    Path job = folder.resolve("job.yaml");
    Files.writeString(job, "features: x\n");

    Outcome outcome = run("train", job.toString());

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err().lines())
        .containsExactly(
            job + " line 1, data: missing; a job needs it.",
            job + " line 1, network: missing; a job needs it.",
            job + " line 1, output: missing; a job needs it.");
  }

  @Test
  @Order(5)
  void failsBeforeAnythingStartsWhereAClusterCannotBeReached() {
    Outcome outcome = run("score", "--master", "yarn", "--model", "m", "--input", "i");

    assertThat(outcome.exitCode()).isEqualTo(Kindling.FAILED);
    assertThat(outcome.err()).startsWith("--master yarn needs an installation of Spark");
  }

  /** Nothing that stands where the model is to go is lost, and nothing is trained in vain. */
  @Test
  @Order(5)
  void failsBeforeItTrainsWhereTheModelCannotGo() throws IOException {
    Path precious = Files.createDirectories(folder.resolve("precious"));
    Files.writeString(precious.resolve("thesis.txt"), "");
    Path file = Files.writeString(folder.resolve("file"), "");
    String sample = folder.resolve("sample").toString();

    assertThat(train(sample, precious + ", overwrite: true").err())
        .contains("something stands there that is no saved model and would be lost.");
    assertThat(precious.resolve("thesis.txt")).exists();
    assertThat(train(sample, folder.resolve("model").toString()).err())
        .isEqualToIgnoringNewLines(
            "The path file:%s (output.model) exists. Set output.overwrite: true to replace it, or name another."
                .formatted(folder.resolve("model")));
    assertThat(train(sample, sample).err())
        .contains(
            "Nothing can be written to file:" + sample + " (output.model)",
            "because the data are read from",
            "exists. Set output.overwrite: true");
    assertThat(folder.resolve("sample")).exists();
    assertThat(train(sample, file.resolve("model").toString()).err())
        .startsWith("Failed to write to ")
        .contains("(output.model)");
    assertThat(train("elsewhere://bucket/rows", folder.resolve("new").toString()).err())
        .contains("elsewhere")
        .doesNotContain("Wrong FS");
  }

  private static final String HOUSES =
      "size,rooms,price\n" + "1,2,2.0\n2,3,3.5\n3,3,5.0\n4,5,7.5\n".repeat(16);

  /** A job about {@link #HOUSES}: regression or any network, with rows to test with. */
  private static Outcome trainOnHouses(String fields) throws IOException {
    Path houses = Files.writeString(folder.resolve("houses.csv"), HOUSES);
    Path job = folder.resolve("houses.yaml");
    Files.writeString(
        job,
        """
        data:
          train: {format: csv, path: %s, header: true, inferSchema: true, select: ["*", "float(size) AS x"]}
          testFraction: 0.25
        %s
        """
            .formatted(houses, fields));
    return run("train", "--master", "local[2]", job.toString());
  }

  @Test
  @Order(5)
  void trainsARegressionAndEvaluatesIt() throws IOException {
    Path model = folder.resolve("prices");
    Path predictions = folder.resolve("prices-predicted");
    String job =
        """
        task: regression
        features: {numeric: [size], categorical: [rooms]}
        label: price
        loss: mean_squared_error
        network: [input, {dense: {units: 8, activation: relu}}, {dense: {units: 1}}]
        optimizer: {adam: {learningRate: 0.05}}
        epochs: 30
        batchSize: 16
        output: {model: %s, predictions: {path: %s, columns: [price, prediction]}}
        """
            .formatted(model, predictions);

    Outcome trained = trainOnHouses(job);
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.lastLine()).matches("rmse=.* mae=.* r2=.* model=.*/prices seconds=.*");
    assertThat(predictions.resolve("_SUCCESS")).exists();

    Outcome evaluated =
        run(
            "evaluate",
            "--master",
            "local[1]",
            "--model",
            model.toString(),
            "--label",
            "price",
            "--input",
            folder.resolve("houses.csv").toString(),
            "--format",
            "csv",
            "--option",
            "header=true",
            "--option",
            "inferSchema=true",
            "--json");
    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    assertThat(new ObjectMapper().readTree(evaluated.lastLine()).get("r2").asDouble())
        .isGreaterThan(0.9);

    // All that stands in the way is said at once; with overwrite, it is replaced.
    assertThat(trainOnHouses(job).err().lines())
        .containsExactly(
            "The path file:"
                + model
                + " (output.model) exists. Set output.overwrite: true to"
                + " replace it, or name another.",
            "The path file:"
                + predictions
                + " (output.predictions) exists. Set output.overwrite:"
                + " true to replace it, or name another.");
    Outcome replaced =
        trainOnHouses(
            job.replace("epochs: 30", "epochs: 1")
                .replace("prediction]}}", "prediction]}, overwrite: true}"));
    assertThat(replaced.exitCode()).as(replaced.err()).isZero();
  }

  @Test
  @Order(5)
  void trainsAnyNetwork() throws IOException {
    Path model = folder.resolve("any");
    Outcome trained =
        trainOnHouses(
            """
            task: any
            inputs: {features: x}
            labels: {dense_1: price}
            losses: {dense_1: {huber: {delta: 1}}}
            metrics: [mean_absolute_error]
            outputs: {dense_1: estimate}
            network: [{input: {shape: [1]}}, {dense: {units: 1}}]
            epochs: 2
            output: {model: %s, predictions: {path: %s-predicted, columns: [price, estimate]}}
            """
                .formatted(model, model));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.lastLine()).matches("absolute_error=.* loss=.* model=.*/any seconds=.*");

    Outcome evaluated =
        run(
            "evaluate",
            "--master",
            "local[1]",
            "--model",
            model.toString(),
            "--label",
            "price",
            "--input",
            model + "-predicted");
    assertThat(evaluated.exitCode()).isEqualTo(Kindling.FAILED);
  }

  private static Outcome train(String data, String model) throws IOException {
    Path job = folder.resolve("train.yaml");
    Files.writeString(
        job,
        "data: {train: {path: "
            + data
            + "}}\nnetwork: [input: {shape: [28, 28, 1]}, flatten, dense: {units: 10}]\n"
            + "output: {model: "
            + model
            + "}\n");
    Outcome outcome = run("train", "--master", "local[1]", job.toString());
    assertThat(outcome.exitCode()).isEqualTo(Kindling.FAILED);
    return outcome;
  }

  @Test
  @Order(6)
  void refusesWhatItDoesNotKnow() {
    assertThat(run("dance").exitCode()).isEqualTo(2);
    assertThat(run("score").exitCode()).isEqualTo(2);
    assertThat(run("train", "--deploy-mode", "moon", "job.yaml").exitCode()).isEqualTo(2);
  }

  private static Outcome run(String... arguments) {
    return Outcome.of(arguments);
  }
}
