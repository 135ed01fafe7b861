package io.kindling.cli.job;

import io.kindling.cli.grammar.Choice;
import io.kindling.cli.grammar.Either;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Items;
import io.kindling.cli.grammar.Kinds;
import io.kindling.cli.grammar.Mistakes;
import io.kindling.cli.grammar.Numeral;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Text;
import io.kindling.network.Encoding;
import io.kindling.network.Hashing;
import io.kindling.network.Input;
import io.kindling.network.Layer;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Lookup;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The network of a job. */
public sealed interface Architecture {

  /** What may stand for it. */
  Rule RULE =
      Either.of(
          new Text("the name of a file with a network's JSON"),
          new Items(
              "a list that begins with an input and goes on with layers",
              Optional.of(new Kinds("input", Map.of("input", inputFields()))),
              Vocabulary.LAYERS.rule(),
              2));

  /**
   * The network.
   *
   * @param width how many features a row has, where the network leaves that open
   */
  Network of(int width);

  /** The network, if all of it is known before the data are. */
  Optional<Network> known();

  /** A network as it is. */
  record Whole(Network network) implements Architecture {
    @Override
    public Network of(int width) {
      return network;
    }

    @Override
    public Optional<Network> known() {
      return Optional.of(network);
    }
  }

  /** Layers behind an input whose size the data tell. */
  record Open(String input, ElementType type, List<Layer> layers) implements Architecture {
    @Override
    public Network of(int width) {
      Input entry = new Input(new TensorSpec(input, type, Shape.of(width)), Optional.empty());
      return Network.sequential(entry, layers.toArray(Layer[]::new));
    }

    @Override
    public Optional<Network> known() {
      return Optional.empty();
    }
  }

  private static Fields inputFields() {
    return Fields.of("input")
        .with("name", Field.optional(new Text("a name"), "", "features"))
        .with(
            "shape",
            Field.optional(
                new Items("a list of sizes", Numeral.from(1), 0),
                "of a row; may be left out where features are prepared from columns"))
        .with(
            "type",
            Field.optional(
                new Choice(
                    Stream.of(ElementType.values())
                        .map(each -> each.toString().toLowerCase(Locale.ROOT))
                        .toList()),
                "float32 unless set, int32 of texts"))
        .with(
            "lookup",
            Field.optional(
                new Items("a list of words", new Text("a word"), 1),
                "texts become the numbers of these words"))
        .with(
            "hashing",
            Field.optional(Numeral.from(2), "texts become one of so many numbers by their hash"));
  }

  /**
   * Reads a network that obeys the rule; nothing where there are mistakes.
   *
   * @param folder of the job, where other files are looked for
   * @throws IOException if the network's file cannot be read
   */
  static Optional<Architecture> read(Place place, Path folder, Mistakes mistakes)
      throws IOException {
    if (!place.isGiven() || !mistakes.isFree(place)) {
      return Optional.empty();
    }
    if (!place.value().isArray()) {
      String text = JobFile.text("network", file(place, folder));
      return mistakes.attempt(place, () -> new Whole(NetworkFormat.parse(text)));
    }
    List<Layer> layers = new ArrayList<>();
    for (Place each : place.items().subList(1, place.value().size())) {
      mistakes.attempt(each, () -> Vocabulary.LAYERS.read(each)).ifPresent(layers::add);
    }
    return mistakes.isFree(place) ? chain(place, layers, mistakes) : Optional.empty();
  }

  /** A job that was sent elsewhere finds the file beside it, whatever its folder was called. */
  static Path file(Place place, Path folder) {
    Path named = folder.resolve(place.value().asText());
    Path beside = folder.resolve(named.getFileName());
    return Files.exists(beside) && !Files.exists(named) ? beside : named;
  }

  private static Optional<Architecture> chain(Place place, List<Layer> layers, Mistakes mistakes) {
    Place input = Kinds.settings(place.items().get(0));
    if (input.field("lookup").isGiven() && input.field("hashing").isGiven()) {
      mistakes.add(input, "it has a lookup and a hashing. Texts become numbers by one of them.");
      return Optional.empty();
    }
    Optional<Encoding> encoding = encoding(input);
    String name = input.field("name").text().orElse("features");
    ElementType type =
        input
            .field("type")
            .text()
            .map(each -> ElementType.valueOf(each.toUpperCase(Locale.ROOT)))
            .orElse(encoding.isPresent() ? ElementType.INT32 : ElementType.FLOAT32);
    if (!input.field("shape").isGiven() && encoding.isEmpty()) {
      return Optional.of(new Open(name, type, layers));
    }
    return mistakes
        .attempt(
            input,
            () -> {
              List<Integer> sizes = new ArrayList<>();
              input.field("shape").items().forEach(each -> sizes.add(each.value().asInt()));
              return new Input(new TensorSpec(name, type, new Shape(sizes)), encoding);
            })
        .flatMap(entry -> network(place, entry, layers, mistakes))
        .map(Whole::new);
  }

  private static Optional<Encoding> encoding(Place input) {
    if (input.field("lookup").isGiven()) {
      return Optional.of(Lookup.of(input.field("lookup").texts().toArray(String[]::new)));
    }
    return input.field("hashing").isGiven()
        ? Optional.of(Hashing.into(input.field("hashing").count(0)))
        : Optional.empty();
  }

  /** Adds layer by layer, so that what does not fit is said of the line it stands in. */
  private static Optional<LayerNetwork> network(
      Place place, Input input, List<Layer> layers, Mistakes mistakes) {
    Optional<LayerNetwork> network = Optional.empty();
    for (int i = 1; i <= layers.size(); i++) {
      Layer[] first = layers.subList(0, i).toArray(Layer[]::new);
      network = mistakes.attempt(place.items().get(i), () -> Network.sequential(input, first));
      if (network.isEmpty()) {
        break;
      }
    }
    return network;
  }
}
