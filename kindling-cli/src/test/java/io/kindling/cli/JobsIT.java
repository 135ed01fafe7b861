package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The small jobs that are shipped, on the real data they are about; all of them: acceptance/jobs.
 */
@NeedsShared
class JobsIT {

  private static final Path JOBS = Path.of("../kindling-examples/jobs");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void tellsIrisesApart() throws IOException {
    JsonNode result = train("iris");

    assertThat(result.get("accuracy").asDouble()).isGreaterThanOrEqualTo(0.93);
    assertThat(result.get("confusion")).hasSize(3);
    assertThat(folder.resolve("iris-pictures/confusion-matrix.png")).exists();
  }

  /** Also what comes after: the model takes the rows of the file as they are. */
  @Test
  void tellsPenguinsApart() throws IOException {
    assertThat(train("penguins").get("accuracy").asDouble()).isGreaterThanOrEqualTo(0.95);
    try (var predictions = Files.list(folder.resolve("penguins-predictions"))) {
      assertThat(predictions).anyMatch(each -> each.toString().endsWith("_SUCCESS"));
    }

    String[] input = {
      "--master", "local[1]",
      "--model", folder.resolve("penguins-model").toString(),
      "--input", SharedData.path("penguins/penguins.csv").toString(),
      "--format", "csv",
      "--option", "header=true",
      "--option", "inferSchema=true",
      "--option", "nullValue=NA",
      "--where", "bill_length_mm IS NOT NULL",
    };
    Outcome scored =
        run("score", input, "--json", "--columns", "species,predictedLabel,probability");
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    assertThat(scored.out().lines().filter(line -> line.startsWith("{"))).hasSize(342);
    assertThat(JSON.readTree(scored.lastLine()).get("predictedLabel").asText())
        .isEqualTo("Chinstrap");

    Outcome evaluated = run("evaluate", input, "--label", "species", "--json");
    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    JsonNode quality = JSON.readTree(evaluated.lastLine());
    assertThat(quality.get("rows").asInt()).isEqualTo(342);
    assertThat(quality.get("accuracy").asDouble()).isGreaterThanOrEqualTo(0.95);
    assertThat(quality.get("logLoss").asDouble()).isLessThan(0.2);
    assertThat(quality.get("classes").toString())
        .isEqualTo("[\"Adelie\",\"Chinstrap\",\"Gentoo\"]");

    Outcome shown = run("evaluate", input, "--label", "species");
    assertThat(shown.out()).contains("label \\ prediction  Adelie  Chinstrap  Gentoo");

    Outcome wrong = run("evaluate", input, "--label", "island");
    assertThat(wrong.exitCode()).isEqualTo(Kindling.FAILED);
    assertThat(wrong.err())
        .contains(
            "Invalid labels in column 'island': [Biscoe, Dream, Torgersen] are no classes. The model"
                + " knows the classes [Adelie, Chinstrap, Gentoo].");
  }

  @Test
  void marksWines() throws IOException {
    assertThat(train("wine").get("accuracy").asDouble()).isGreaterThanOrEqualTo(0.55);
  }

  /** Trains what is shipped, with its paths in the shared data and the test's folder. */
  private JsonNode train(String name) throws IOException {
    String text =
        Files.readString(JOBS.resolve(name + ".yaml"))
            .replaceAll("(model|pictures|path): (" + name + "-[mp])", "$1: " + folder + "/$2")
            .replaceAll("path: ([a-z])", "path: " + SharedData.folder() + "/data/$1");
    Path job = Files.writeString(folder.resolve(name + ".yaml"), text);

    Outcome outcome = Outcome.of("train", "--master", "local[2]", "--json", job.toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines()).hasSize(1);
    return JSON.readTree(outcome.out());
  }

  private static Outcome run(String command, String[] input, String... more) {
    String[] arguments = new String[1 + input.length + more.length];
    arguments[0] = command;
    System.arraycopy(input, 0, arguments, 1, input.length);
    System.arraycopy(more, 0, arguments, 1 + input.length, more.length);
    return Outcome.of(arguments);
  }
}
