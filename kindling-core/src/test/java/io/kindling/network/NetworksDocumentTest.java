package io.kindling.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.loss.LossJson;
import io.kindling.metric.ClassScore;
import io.kindling.metric.Metric;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/networks.md} is made of the layers' own Javadoc, settings and names elsewhere, and of
 * the snippets below; this test fails where it is out of date, and writes it with {@code
 * -Dkindling.docs=write}.
 */
class NetworksDocumentTest {

  private static final Path CORE = Path.of("src/main/java/io/kindling");
  private static final Path SOURCES = CORE.resolve("network");
  private static final Path THIS =
      Path.of("src/test/java/io/kindling/network/NetworksDocumentTest.java");
  private static final Path DOCUMENT = Path.of("../docs/networks.md");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void isUpToDate() throws IOException {
    String text = document();
    if ("write".equals(System.getProperty("kindling.docs"))) {
      Files.writeString(DOCUMENT, text);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("docs/networks.md; run this test with -Dkindling.docs=write")
        .isEqualTo(text);
  }

  @Test
  void everyLayerHasALineOfNames() throws IOException {
    assertThat(names().keySet())
        .containsExactlyInAnyOrderElementsOf(
            LayerType.all().stream().map(LayerType::name).toList());
  }

  // What the document shows; it compiles, and its results are looked at.

  @Test
  void aSequence() {
    // snippet: sequential
    Network digits =
        Network.sequential(
            Input.of("features", 28, 28, 1),
            Conv2d.of(32, 5).samePadding().relu(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dense.of(128).relu(),
            Dropout.of(0.3),
            Dense.of(10));
    // end
    assertThat(digits.outputs().get(0).shape()).isEqualTo(Shape.of(10));
  }

  @Test
  void aGraph() {
    // snippet: functional
    Input words = Input.ofWholeNumbers("words", 50);
    Node mask = Mask.of().on(words);
    Node embedded = Embedding.of(20_000, 64).on(words);
    Node read = Bidirectional.of(Lstm.of(32)).on(embedded, mask);
    Network sentiment =
        Network.functional(List.of(words), List.of(Dense.of(1).named("positive").on(read)));
    // end
    assertThat(sentiment.outputs().get(0).name()).isEqualTo("positive");
  }

  @Test
  void texts() {
    // snippet: texts
    Lookup vocabulary =
        Lookup.of("spark", "fire", "wood"); // or Adapt.lookup(train, "words", 20_000)
    Input words = Input.ofTexts("words", vocabulary, 50);
    Input city = Input.ofText("city", Hashing.into(1000));
    Node read =
        GlobalAveragePool.of()
            .on(Embedding.of(vocabulary.size(), 64).on(words), Mask.of().on(words));
    Node place = Embedding.of(1000, 8).on(city);
    Network opinion =
        Network.functional(
            List.of(words, city), List.of(Dense.of(2).on(Concatenate.of().on(read, place))));
    // end
    assertThat(opinion.encodings()).containsOnlyKeys("words", "city");
    assertThat(opinion.outputs().get(0).shape()).isEqualTo(Shape.of(2));
  }

  @Test
  void training() {
    Network network =
        Network.sequential(
            Input.ofWholeNumbers("words", 50),
            Embedding.of(20_000, 64),
            GlobalAveragePool.of(),
            Dense.of(3));
    // snippet: training
    Objective objective =
        Objective.of(
            network,
            Loss.sparseCategoricalCrossEntropy(0.1).withClassWeights(1, 2, 0.5),
            Metric.accuracy(),
            Metric.f1(ClassScore.Over.CLASSES));
    Optimizer optimizer =
        Optimizers.adamW(1e-3, 0.01)
            .withLearningRate(LearningRate.cosine(1e-3, 10_000).warmedUp(500))
            .clippedByGlobalNorm(1)
            .withL2("dense_*/kernel", 1e-4)
            .withRateFactor("embedding_1/*", 0.1)
            .averagingParameters(0.999);
    // end
    assertThat(TrainingPlan.of(objective).withOptimizer(optimizer).optimizer().slots())
        .isEqualTo(3);
  }

  // snippet: own loss
  /** The p-th power of the error, mean over the numbers of a row. */
  record PowerError(int p) implements Loss {

    @Override
    public TensorSpec target(TensorSpec output) {
      return output;
    }

    @Override
    public Tensor ofRows(Tensor output, Tensor target) {
      Tensor error = output.minus(target).absolute();
      Tensor power = error;
      for (int i = 1; i < p; i++) {
        power = power.times(error);
      }
      return power.meanOfRow();
    }
  }

  // end

  @Test
  void aLossOfOnesOwnIsItsText() {
    Map<String, Loss> losses = Map.of("y", new PowerError(4));
    assertThat(LossJson.read(LossJson.write(losses))).isEqualTo(losses);
  }

  // snippet: own layer
  /** y = a x + b with two trained numbers. */
  record Affine(String name) implements Layer {

    @Override
    public Affine named(String name) {
      return new Affine(name);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Layer.only(inputs);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      return List.of(
          new ParameterSpec("a", Shape.scalar(), Initializer.ones()),
          new ParameterSpec("b", Shape.scalar(), Initializer.zeros()));
    }

    @Override
    public Tensor apply(LayerScope scope, List<Tensor> inputs) {
      return inputs.get(0).times(scope.parameter("a")).plus(scope.parameter("b"));
    }
  }

  // end

  @Test
  void aLayerOfOnesOwnIsItsText() {
    LayerNetwork network = Network.sequential(Input.of("x", 3), new Affine(null), Dense.of(2));
    assertThat(network.parameters().count()).isEqualTo(2 + 3 * 2 + 2);
    assertThat(network.toJson()).contains(Affine.class.getName());
    assertThat(NetworkFormat.parse(network.toJson())).isEqualTo(network);
  }

  private static String document() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Networks

        Made from the code by `NetworksDocumentTest`; do not edit it here.

        A network is a chain of layers:

        """);
    text.append(snippet("sequential"));
    text.append(
        """

        or any acyclic graph of them, with several inputs and outputs. A layer that is applied twice shares its parameters. Masks are inputs
        like any other:

        """);
    text.append(snippet("functional"));
    text.append(
        """

        Texts enter as they stand in a column: an `Input` holds the lookup or the hash that makes whole numbers of them, and so does the saved
        model. 0 is for missing and for filling up, 1 for words that a lookup does not know. `Adapt` in `io.kindling.spark.stage` fits lookups and
        `Normalization` to training data.

        """);
    text.append(snippet("texts"));
    text.append(
        """

        Sparse vectors stay sparse from the column to the optimizer: behind an `Input.ofSparse`, `Dense` and `Embedding` become a `SparseDense`.
        `Input.presenceOf` tells the network where a column has numbers and where it is null or an array too short.

        A layer of your own says its shapes, its parameters, and in the operations of `Tensor` what it computes. It trains, is saved and scores like
        Kindling's; its class must be on the class path where the model is loaded.

        """);
    text.append(snippet("own layer"));
    text.append(
        """

        Shapes below are those of one row, without the batch dimension; `...` is any number of axes.

        ## Layers

        """);
    for (LayerType type : LayerType.all()) {
      append(text, type);
    }
    text.append(
        """
        ## Losses, metrics and optimizers

        What a network is trained for, and how its parameters move:

        """);
    text.append(snippet("training"));
    text.append(
        """

        A loss, a metric or a learning rate of your own is a record too, like this loss; its class has to be on the class path where a model or a plan
        is read:

        """);
    text.append(snippet("own loss"));
    text.append('\n');
    appendRecords(text, "Losses", "loss", "implements Loss");
    appendRecords(text, "Metrics", "metric", "implements Metric");
    appendRecords(text, "Links of optimizers", "optimizer", "implements GradientTransform");
    appendRecords(text, "Learning rates", "optimizer", "implements LearningRate");
    appendNames(text);
    return text.toString();
  }

  /** All records of a package that are of a kind, with what their Javadoc says. */
  private static void appendRecords(
      StringBuilder text, String title, String folder, String declaration) throws IOException {
    text.append("### ").append(title).append("\n\n");
    List<Path> files;
    try (Stream<Path> all = Files.list(CORE.resolve(folder))) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      String source = Files.readString(file);
      if (source.contains("public record") && source.contains(declaration)) {
        String name = file.getFileName().toString().replace(".java", "");
        text.append("**`").append(name).append("`** ").append(javadoc(file)).append("\n\n");
      }
    }
  }

  private static void append(StringBuilder text, LayerType type) throws IOException {
    String kind = type.example().getClass().getSimpleName();
    text.append("### ").append(kind).append("\n\n");
    text.append(javadoc(kind)).append("\n\n");
    List<String> settings = new ArrayList<>();
    JsonNode example = JSON.valueToTree(type.example());
    for (Map.Entry<String, JsonNode> setting : example.properties()) {
      if (!setting.getKey().equals("type") && !setting.getKey().equals("name")) {
        boolean isRequired =
            type.required().contains(setting.getKey())
                || (setting.getKey().equals("window") && type.required().contains("kernel"));
        settings.add(
            "`"
                + setting.getKey()
                + "`"
                + (isRequired ? "" : " [`" + shown(setting.getValue()) + "`]"));
      }
    }
    text.append("In texts: `").append(type.name()).append('`');
    text.append(settings.isEmpty() ? "" : " with " + String.join(", ", settings));
    text.append(".\n\n");
  }

  private static String shown(JsonNode value) {
    if (value.has("type")) {
      return value.get("type").asText();
    }
    return value.isTextual() ? value.asText() : value.toString();
  }

  /** The Javadoc of a record as Markdown. */
  private static String javadoc(String kind) throws IOException {
    return javadoc(SOURCES.resolve(kind + ".java"));
  }

  private static String javadoc(Path file) throws IOException {
    String source = Files.readString(file);
    int end = source.indexOf("*/\npublic record");
    int start = source.lastIndexOf("/**", end) + 3;
    String text =
        source
            .substring(start, end)
            .replaceAll("(?m)^ \\* ?", "")
            .replaceAll("(?s)\\{@(?:code|link)\\s+(?:[^}]*?#)?(.*?)\\}", "`$1`")
            .replaceAll("</?i>", "*")
            .replaceAll("</?sub>", "")
            .replaceAll("<p>", "")
            .replaceAll("</?pre>", "`")
            .strip();
    StringBuilder paragraphs = new StringBuilder();
    for (String paragraph : text.split("\n\n+|\n(?=@param)", -1)) {
      // A formula of several lines.
      String between = paragraph.startsWith("`\n") ? "; " : " ";
      String line =
          paragraph.strip().replaceAll("^`\n|\n`$", "`").replaceAll("\\s*\n\\s*", between);
      line = line.replaceAll("^@param (\\w+) ", "- `$1`: ");
      paragraphs.append(line.startsWith("- ") ? "\n" : "\n\n").append(line);
    }
    return paragraphs.toString().strip();
  }

  private static void appendNames(StringBuilder text) throws IOException {
    text.append("## Names elsewhere\n\n");
    Map<String, String[]> names = names();
    String[] heads = lines().get(0).split(";", -1);
    text.append("| Kindling |");
    for (int i = 1; i < heads.length; i++) {
      text.append(' ').append(heads[i]).append(" |");
    }
    text.append("\n|").append("---|".repeat(heads.length)).append('\n');
    for (LayerType type : LayerType.all()) {
      text.append("| `").append(type.example().getClass().getSimpleName()).append("` |");
      for (String name : names.get(type.name())) {
        text.append(' ').append(name).append(" |");
      }
      text.append('\n');
    }
  }

  private static Map<String, String[]> names() throws IOException {
    Map<String, String[]> names = new LinkedHashMap<>();
    for (String line : lines().subList(1, lines().size())) {
      String[] fields = line.split(";", -1);
      names.put(fields[0], java.util.Arrays.copyOfRange(fields, 1, fields.length));
    }
    return names;
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = NetworksDocumentTest.class.getResourceAsStream("/layer-names.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** Code of this file between its marks. */
  private static String snippet(String name) throws IOException {
    String source = Files.readString(THIS);
    int start = source.indexOf('\n', source.indexOf("// snippet: " + name + "\n")) + 1;
    String code = source.substring(start, source.indexOf("// end", start)).stripTrailing();
    return "```java\n" + code.stripIndent() + "\n```\n";
  }
}
