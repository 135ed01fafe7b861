package io.kindling.cli.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.cli.grammar.Anything;
import io.kindling.cli.grammar.Choice;
import io.kindling.cli.grammar.Either;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Flag;
import io.kindling.cli.grammar.Items;
import io.kindling.cli.grammar.Kinds;
import io.kindling.cli.grammar.Numeral;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Shared;
import io.kindling.cli.grammar.Text;
import io.kindling.loss.ErrorFormula;
import io.kindling.loss.Loss;
import io.kindling.metric.ClassScore;
import io.kindling.metric.Metric;
import io.kindling.network.Initializer;
import io.kindling.network.Layer;
import io.kindling.network.LayerType;
import io.kindling.network.NetworkFormat;
import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Window;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The kinds of layers, losses, metrics or initializers, as people write them: {@code dense: {units:
 * 3}}. What a kind takes are the components of its record; what is left out is as in an example.
 * Values are made of the canonical text that the core reads, so that both take the same settings.
 *
 * @param <T> what the kinds are of
 */
final class Vocabulary<T> {

  /**
   * One kind.
   *
   * @param example a value as the core writes it; null where no setting has a default
   */
  private record Kind(Class<?> type, ObjectNode example, List<String> required) {}

  private static final ObjectMapper JSON =
      JsonMapper.builder(NetworkFormat.jsonFactory())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private static final String TYPE = "type";
  private static final String NAME = "name";
  private static final String WINDOW = "window";

  static final Vocabulary<Layer> LAYERS = new Vocabulary<>("layer", Layer.class, layers());
  static final Vocabulary<Loss> LOSSES = new Vocabulary<>("loss", Loss.class, losses());
  static final Vocabulary<Metric> METRICS = new Vocabulary<>("metric", Metric.class, metrics());
  static final Vocabulary<Initializer> INITIALIZERS =
      new Vocabulary<>("initializer", Initializer.class, initializers());

  private final Class<T> root;
  private final Map<String, Kind> kinds;
  private final Rule rule;

  private Vocabulary(String what, Class<T> root, Map<String, Kind> kinds) {
    this.root = root;
    this.kinds = kinds;
    // Asked for when all vocabularies are there: a layer has an initializer, or another layer.
    Supplier<Rule> settings = () -> new Kinds(what, settings());
    this.rule = new Shared(what, settings);
  }

  private static Map<String, Kind> layers() {
    Map<String, Kind> kinds = new TreeMap<>();
    LayerType.all().forEach(type -> kinds.put(type.name(), kind(type.example(), type.required())));
    return kinds;
  }

  private static Map<String, Kind> losses() {
    Map<String, Kind> kinds = new TreeMap<>();
    add(kinds, Loss.sparseCategoricalCrossEntropy());
    add(kinds, Loss.categoricalCrossEntropy());
    add(kinds, Loss.binaryCrossEntropy());
    add(kinds, Loss.binaryFocal());
    add(kinds, Loss.categoricalHinge());
    add(kinds, Loss.kullbackLeibler());
    add(kinds, Loss.cosineDistance());
    add(kinds, Loss.huber(1));
    add(kinds, Loss.quantile(0.5), "quantile");
    add(kinds, Loss.contrastive(1));
    add(kinds, Loss.triplet(1));
    add(kinds, Loss.ctc(1), "length");
    add(kinds, Loss.meanSquaredError().withClassWeights(1), "loss", "weights");
    add(kinds, Loss.meanSquaredError().times(1), "loss", "factor");
    for (ErrorFormula formula : ErrorFormula.values()) {
      kinds.put("mean_" + formula, fixed(Loss.mean(formula)));
    }
    return kinds;
  }

  private static Map<String, Kind> metrics() {
    Map<String, Kind> kinds = new TreeMap<>();
    add(kinds, Metric.accuracy());
    add(kinds, Metric.topKAccuracy(1), "k");
    add(kinds, Metric.f1(ClassScore.Over.CLASSES), "kind");
    add(kinds, Metric.areaUnderRoc());
    add(kinds, Metric.logLoss());
    add(kinds, Metric.rootMeanSquaredError());
    add(kinds, Metric.r2());
    add(kinds, Metric.hitRatio(1), "k");
    add(kinds, Metric.ndcg(1), "k");
    for (ErrorFormula formula : ErrorFormula.values()) {
      kinds.put("mean_" + formula, fixed(Metric.mean(formula)));
    }
    return kinds;
  }

  private static Map<String, Kind> initializers() {
    Map<String, Kind> kinds = new TreeMap<>();
    for (JsonSubTypes.Type type : Initializer.class.getAnnotation(JsonSubTypes.class).value()) {
      ObjectNode example = JSON.createObjectNode().put(TYPE, type.name());
      List<String> required =
          Arrays.stream(type.value().getRecordComponents()).map(RecordComponent::getName).toList();
      kinds.put(type.name(), new Kind(type.value(), example, required));
    }
    return kinds;
  }

  private static void add(Map<String, Kind> kinds, Object example, String... required) {
    Kind kind = kind(example, List.of(required));
    kinds.put(kind.example().get(TYPE).asText(), kind);
  }

  private static Kind kind(Object example, List<String> required) {
    return new Kind(example.getClass(), JSON.valueToTree(example), required);
  }

  /** A kind that is one value, with nothing to set. */
  private static Kind fixed(Object value) {
    return new Kind(Object.class, JSON.valueToTree(value), List.of());
  }

  /** What may stand where one of them is written. */
  Rule rule() {
    return rule;
  }

  /**
   * The value that is written at a place that obeys the rule.
   *
   * @throws IllegalArgumentException if the core refuses its settings
   */
  T read(Place place) {
    try {
      return JSON.treeToValue(canonical(place), root);
    } catch (JsonProcessingException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new IllegalArgumentException(
          cause instanceof JsonProcessingException json
              ? json.getOriginalMessage()
              : cause.getMessage(),
          e);
    }
  }

  private ObjectNode canonical(Place place) {
    String name = Kinds.name(place.value());
    Kind kind = kinds.get(name);
    Place settings = Kinds.settings(place);
    ObjectNode value = kind.example().deepCopy();
    for (RecordComponent component : components(kind.type())) {
      String setting = component.getName();
      if (component.getType() == Window.class) {
        value.set(WINDOW, window(name, settings, value.get(WINDOW).deepCopy()));
      } else if (settings.field(setting).isGiven()) {
        value.set(
            setting,
            canonical(component.getGenericType(), settings.field(setting), value.path(setting)));
      }
    }
    return value;
  }

  private static JsonNode canonical(Type type, Place place, JsonNode otherwise) {
    if (type instanceof Class<?> raw) {
      if (Layer.class.isAssignableFrom(raw)) {
        return LAYERS.canonical(place);
      }
      if (raw == Loss.class) {
        return LOSSES.canonical(place);
      }
      if (raw == Initializer.class) {
        return INITIALIZERS.canonical(place);
      }
      if (raw.isRecord() && place.value().isObject() && otherwise.isObject()) {
        ObjectNode merged = otherwise.deepCopy();
        return merged.setAll((ObjectNode) place.value());
      }
    }
    return place.value();
  }

  /**
   * A window's settings stand beside the layer's own. Its cells are one number for a square, or
   * height and width; sequences have no height, and windows of pools touch unless told otherwise.
   */
  private static ObjectNode window(String layer, Place settings, ObjectNode window) {
    JsonNode cells = settings.field(cells(layer)).value();
    if (cells instanceof ArrayNode pair) {
      window.set("height", pair.get(0));
      window.set("width", pair.get(1));
    } else if (cells.isNumber()) {
      window.set("width", cells);
      if (!isOfSequences(layer)) {
        window.set("height", cells);
      }
    }
    if (isPool(layer)) {
      window.set("stride", window.get("width"));
    }
    for (String each : List.of("stride", "padding", "dilation")) {
      if (settings.field(each).isGiven()) {
        window.set(each, settings.field(each).value());
      }
    }
    return window;
  }

  private static boolean isPool(String layer) {
    return layer.contains("_pool");
  }

  private static boolean isOfSequences(String layer) {
    return layer.endsWith("1d");
  }

  /** What the size of a layer's window is called. */
  private static String cells(String layer) {
    return isPool(layer) ? "size" : "kernel";
  }

  private Map<String, Fields> settings() {
    Map<String, Fields> settings = new LinkedHashMap<>();
    kinds.forEach((name, kind) -> settings.put(name, settings(name, kind)));
    return settings;
  }

  private static Fields settings(String name, Kind kind) {
    Fields fields = Fields.of(name);
    for (RecordComponent component : components(kind.type())) {
      String setting = component.getName();
      JsonNode otherwise = kind.example().path(setting);
      if (component.getType() == Window.class) {
        fields = withWindow(fields, name, kind, otherwise);
      } else if (kind.required().contains(setting)) {
        fields = fields.with(setting, Field.required(rule(component.getGenericType()), ""));
      } else if (setting.equals(NAME)) {
        fields = fields.with(setting, Field.optional(new Text("a name"), ""));
      } else {
        Rule rule = rule(component.getGenericType());
        fields = fields.with(setting, new Field(rule, false, "", written(otherwise)));
      }
    }
    return fields;
  }

  /** The core's text of a value of one of many kinds, as it is written here. */
  private static JsonNode written(JsonNode canonical) {
    if (!canonical.has(TYPE)) {
      return canonical;
    }
    ObjectNode settings = canonical.deepCopy();
    settings.remove(TYPE);
    return JSON.createObjectNode().set(canonical.get(TYPE).asText(), settings);
  }

  private static Fields withWindow(Fields fields, String name, Kind kind, JsonNode otherwise) {
    Rule size = Numeral.from(1);
    Rule cells =
        isOfSequences(name)
            ? size
            : Either.of(size, new Items("a list of height and width", size, 2));
    String called = cells(name);
    Field field =
        kind.required().contains(called)
            ? Field.required(cells, "")
            : Field.optional(cells, "", otherwise.get("width"));
    return fields
        .with(called, field)
        .with(
            "stride",
            isPool(name)
                ? Field.optional(size, "as large as size unless set")
                : Field.optional(size, "", otherwise.get("stride")))
        .with("padding", Field.optional(rule(Padding.class), "", otherwise.get("padding")))
        .with("dilation", Field.optional(size, "", otherwise.get("dilation")));
  }

  private static RecordComponent[] components(Class<?> type) {
    return type.isRecord() ? type.getRecordComponents() : new RecordComponent[0];
  }

  /** What may stand for a component of a record. */
  private static Rule rule(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return new Items("a list", rule(list.getActualTypeArguments()[0]), 0);
    }
    return type instanceof Class<?> raw ? rule(raw) : new Anything();
  }

  private static Rule rule(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return Numeral.WHOLE;
    }
    if (type == double.class || type == Double.class || type == float.class) {
      return Numeral.ANY;
    }
    if (type == boolean.class) {
      return new Flag();
    }
    if (type == String.class) {
      return new Text("a text");
    }
    if (type.isEnum()) {
      return new Choice(
          Arrays.stream(type.getEnumConstants())
              .map(each -> each.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.toList()));
    }
    if (type == float[].class) {
      return new Items("a list of numbers", Numeral.ANY, 1);
    }
    if (type == Shape.class) {
      return new Items("a list of sizes", Numeral.from(1), 0);
    }
    if (Layer.class.isAssignableFrom(type)) {
      return LAYERS.rule();
    }
    if (type == Loss.class) {
      return LOSSES.rule();
    }
    if (type == Initializer.class) {
      return INITIALIZERS.rule();
    }
    return type.isRecord() ? record(type) : new Anything();
  }

  private static Rule record(Class<?> type) {
    Fields fields = Fields.of(type.getSimpleName().toLowerCase(Locale.ROOT));
    for (RecordComponent component : type.getRecordComponents()) {
      fields =
          fields.with(component.getName(), Field.optional(rule(component.getGenericType()), ""));
    }
    return fields;
  }
}
