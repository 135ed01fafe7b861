package io.kindling.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.AveragePool2d;
import io.kindling.network.BatchNorm;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Layer;
import io.kindling.network.LayerNetwork;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Reshape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A chain of layers as people write it: a list of {@code type: {setting: value}}, where a setting
 * that is left out has the layer's default. It is turned into the network's canonical text and read
 * as such, so that both take the same settings.
 */
final class NetworkYaml {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A layer of each type with its defaults; settings that must be given are taken out below. */
  private static final Map<String, Layer> DEFAULTS =
      new TreeMap<>(
          Map.of(
              "dense", Dense.of(1),
              "conv2d", Conv2d.of(1, 1),
              "max_pool2d", MaxPool2d.of(2),
              "average_pool2d", AveragePool2d.of(2),
              "flatten", Flatten.of(),
              "reshape", Reshape.of(1),
              "dropout", Dropout.of(0.5),
              "batch_norm", BatchNorm.of(),
              "activate", Activate.of(Activation.RELU)));

  private static final Map<String, List<String>> REQUIRED =
      Map.of(
          "dense", List.of("units"),
          "conv2d", List.of("filters", "kernelHeight", "kernelWidth"),
          "reshape", List.of("shape"),
          "dropout", List.of("rate"),
          "activate", List.of("activation"));

  private NetworkYaml() {}

  static LayerNetwork parse(JsonNode layers) {
    if (!layers.isArray() || layers.size() < 2) {
      throw new IllegalArgumentException(
          "'network' is no list of layers. Start it with '- input: {name: features, shape: [4]}' and go on with layers.");
    }
    ObjectNode document = JSON.createObjectNode();
    document.put("format", "kindling-layers").put("version", 1);
    ObjectNode input = input(layers.get(0));
    document.putArray("inputs").add(input);
    ArrayNode steps = document.putArray("steps");
    String previous = input.get("name").asText();
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 1; i < layers.size(); i++) {
      String type = type(layers.get(i), i);
      String name = type + "_" + counts.merge(type, 1, Integer::sum);
      ObjectNode layer = layer(type, settings(layers.get(i), type), i);
      if (layer.hasNonNull("name")) {
        name = layer.get("name").asText();
      }
      layer.put("name", name);
      ObjectNode step = steps.addObject();
      step.put("name", name).set("layer", layer);
      step.putArray("inputs").add(previous);
      previous = name;
    }
    document.putArray("outputs").add(previous);
    return LayerNetwork.parse(document.toString());
  }

  private static ObjectNode input(JsonNode node) {
    JsonNode input = node.get("input");
    if (input == null || !input.path("shape").isArray()) {
      throw new IllegalArgumentException(
          "'network[0]' is no input. Start the network with '- input: {name: features, shape: [4]}'.");
    }
    List<String> unknown = new ArrayList<>();
    node.fieldNames().forEachRemaining(unknown::add);
    input.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(List.of("input", "name", "shape"));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "'network[0]' (input) has unknown settings " + unknown + ". Settings are [name, shape].");
    }
    ObjectNode spec = JSON.createObjectNode();
    spec.put("name", input.path("name").asText("features")).put("type", "float32");
    spec.set("shape", input.get("shape"));
    return spec;
  }

  private static String type(JsonNode node, int index) {
    String type =
        node.isTextual()
            ? node.asText()
            : node.isObject() && node.size() == 1 ? node.fieldNames().next() : "";
    if (!DEFAULTS.containsKey(type)) {
      throw new IllegalArgumentException(
          "'network["
              + index
              + "]' is "
              + node
              + ", no known layer. Layers are "
              + DEFAULTS.keySet()
              + ".");
    }
    return type;
  }

  private static JsonNode settings(JsonNode node, String type) {
    return node.isTextual() || node.get(type).isNull() ? JSON.createObjectNode() : node.get(type);
  }

  private static ObjectNode layer(String type, JsonNode settings, int index) {
    ObjectNode layer = JSON.createObjectNode();
    layer.setAll((ObjectNode) JSON.valueToTree(DEFAULTS.get(type)));
    layer.put("type", type);
    List<String> missing = new ArrayList<>(REQUIRED.getOrDefault(type, List.of()));
    List<String> unknown = new ArrayList<>();
    settings
        .properties()
        .forEach(
            setting -> {
              List<String> fields =
                  setting.getKey().equals("kernel")
                      ? List.of("kernelHeight", "kernelWidth")
                      : List.of(setting.getKey());
              for (String field : fields) {
                missing.remove(field);
                if (!layer.has(field) && !field.equals("name")) {
                  unknown.add(setting.getKey());
                }
                layer.set(field, setting.getValue());
              }
            });
    // Windows touch unless told otherwise.
    if (type.endsWith("pool2d") && settings.has("size") && !settings.has("stride")) {
      layer.set("stride", settings.get("size"));
    }
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "'network["
              + index
              + "]' ("
              + type
              + ")"
              + (missing.isEmpty() ? "" : " lacks " + missing)
              + (unknown.isEmpty() ? "" : " has unknown settings " + unknown)
              + ".");
    }
    return layer;
  }
}
