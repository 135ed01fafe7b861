package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A model of a file as a tree: its layers in order, with those that are models themselves.
 *
 * @param name empty for the outermost; else with a dot behind, before the names of its layers
 * @param isSequential whether each layer takes what the one before it made
 * @param settings of the model
 */
record KerasGraph(
    String kind, String name, boolean isSequential, JsonNode settings, List<Entry> layers) {

  private static final Set<String> SEQUENTIAL = Set.of("Sequential");
  private static final Set<String> FUNCTIONAL = Set.of("Functional", "Model");
  private static final Pattern NO_WORD = Pattern.compile("\\W+");
  private static final Pattern WORD = Pattern.compile("(.)([A-Z][a-z]+)");
  private static final Pattern BORDER = Pattern.compile("([a-z])([A-Z])");

  /**
   * A layer, or an operation, of a model.
   *
   * @param key its name in its model, by which others take its results
   * @param module where its class is from; empty where the file does not say
   * @param calls how it was applied, once or several times
   * @param model what it is inside, if it is a model
   */
  record Entry(
      LayerConfig config,
      String key,
      String module,
      LayerPlace place,
      JsonNode calls,
      Optional<KerasGraph> model) {

    boolean isInput() {
      return config.kind().equals("InputLayer");
    }

    boolean isOperation() {
      return isOperation(module, config.kind(), config.settings());
    }

    /** Told by the module, or where a file leaves it out, by the lack of what all layers have. */
    static boolean isOperation(String module, String kind, JsonNode settings) {
      return module.isEmpty()
          ? Operations.isKnown(kind) && !settings.has("trainable")
          : Operations.isOne(module);
    }
  }

  /** Reads trees, and counts layers. */
  static final class Reader {

    private final Findings findings;
    private final boolean isOfKeras2;
    private int layers;

    Reader(Findings findings, boolean isOfKeras2) {
      this.findings = findings;
      this.isOfKeras2 = isOfKeras2;
    }

    /** The outermost model. */
    KerasGraph read(JsonNode root) {
      String kind = root.path("class_name").asText();
      if (!isModel(kind)) {
        findings.add(
            "its outermost class is '"
                + kind
                + "', only Sequential and Functional: a subclass is code of its own");
        findings.throwIfAny();
      }
      return read(kind, "", root.path("config"), "", "", List.of());
    }

    private KerasGraph read(
        String kind,
        String name,
        JsonNode settings,
        String folder,
        String top,
        List<Integer> order) {
      if (order.size() >= Limits.MODEL_DEPTH) {
        findings.add("models are nested deeper than " + Limits.MODEL_DEPTH);
        findings.throwIfAny();
      }
      // Keras before 2.2.3 wrote the layers of a sequential model without settings around them.
      JsonNode list = settings.isArray() ? settings : settings.path("layers");
      if (!list.isArray() || list.isEmpty()) {
        findings.add((name.isEmpty() ? "the model" : "model '" + name + "'") + " has no layers");
        findings.throwIfAny();
      }
      layers += list.size();
      if (layers > Limits.LAYERS) {
        findings.add("it has " + layers + " layers or more, only up to " + Limits.LAYERS);
        findings.throwIfAny();
      }
      List<Entry> entries = new ArrayList<>();
      Map<String, Integer> ofClass = new HashMap<>();
      for (JsonNode one : list) {
        String module = one.path("module").asText();
        String ownKind = one.path("class_name").asText();
        JsonNode own = one.path("config");
        String key = one.path("name").asText(own.path("name").asText(ownKind));
        List<Integer> place = new ArrayList<>(order);
        place.add(entries.size());
        String part = snakeCase(ownKind);
        if (!Entry.isOperation(module, ownKind, own)) {
          int before = ofClass.merge(part, 1, Integer::sum) - 1;
          part = before == 0 ? part : part + "_" + before;
        }
        LayerPlace where =
            new LayerPlace(
                (folder.isEmpty() ? "" : folder + "/") + "layers/" + part,
                top.isEmpty() ? key : top,
                place);
        entries.add(
            new Entry(
                new LayerConfig(ownKind, name + key, own, isOfKeras2, findings),
                key,
                module,
                where,
                one.path("inbound_nodes"),
                isModel(ownKind)
                    ? Optional.of(
                        read(ownKind, name + key + ".", own, where.folder(), where.top(), place))
                    : Optional.empty()));
      }
      return new KerasGraph(kind, name, SEQUENTIAL.contains(kind), settings, entries);
    }
  }

  static boolean isModel(String kind) {
    return SEQUENTIAL.contains(kind) || FUNCTIONAL.contains(kind);
  }

  /** Keras's names of folders for classes: {@code max_pooling2d}, {@code p_re_lu}. */
  static String snakeCase(String kind) {
    String words = WORD.matcher(NO_WORD.matcher(kind).replaceAll("")).replaceAll("$1_$2");
    return BORDER.matcher(words).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }
}
