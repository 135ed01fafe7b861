package io.kindling.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.network.LayerNetwork;
import io.kindling.network.LayerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A chain of layers as people write it: a list of {@code type: {setting: value}}, where a setting
 * that is left out has the layer's default. It is turned into the network's canonical text and read
 * as such, so that both take the same settings.
 */
final class NetworkYaml {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A layer's window, whose settings stand beside the layer's own. */
  private static final String WINDOW = "window";

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
    encoding(layers.get(0).get("input"))
        .ifPresentOrElse(
            encoding -> document.putObject("encodings").set(input.get("name").asText(), encoding),
            () -> document.putObject("encodings"));
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
    unknown.removeAll(List.of("input", "name", "shape", "type", "lookup", "hashing"));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "'network[0]' (input) has unknown settings "
              + unknown
              + ". Settings are [name, shape, type, lookup, hashing].");
    }
    ObjectNode spec = JSON.createObjectNode();
    String type = encoding(input).isPresent() ? "int32" : "float32";
    spec.put("name", input.path("name").asText("features"))
        .put("type", input.path("type").asText(type));
    spec.set("shape", input.get("shape"));
    return spec;
  }

  /** What makes numbers of texts, if texts come. */
  private static Optional<ObjectNode> encoding(JsonNode input) {
    if (input.has("lookup") == input.has("hashing")) {
      if (input.has("lookup")) {
        throw new IllegalArgumentException(
            "'network[0]' (input) has a lookup and a hashing. Texts become numbers by one of them.");
      }
      return Optional.empty();
    }
    ObjectNode encoding = JSON.createObjectNode();
    if (input.has("lookup")) {
      encoding.put("type", "lookup").set("words", input.get("lookup"));
    } else {
      encoding.put("type", "hashing").set("size", input.get("hashing"));
    }
    return Optional.of(encoding);
  }

  private static String type(JsonNode node, int index) {
    String type =
        node.isTextual()
            ? node.asText()
            : node.isObject() && node.size() == 1 ? node.fieldNames().next() : "";
    if (LayerType.named(type).isEmpty()) {
      throw new IllegalArgumentException(
          "'network["
              + index
              + "]' is "
              + node
              + ", no known layer. Layers are "
              + LayerType.names()
              + ".");
    }
    return type;
  }

  private static JsonNode settings(JsonNode node, String type) {
    return node.isTextual() || node.get(type).isNull() ? JSON.createObjectNode() : node.get(type);
  }

  private static ObjectNode layer(String type, JsonNode settings, int index) {
    ObjectNode layer = JSON.createObjectNode();
    LayerType known = LayerType.named(type).orElseThrow();
    layer.setAll((ObjectNode) JSON.valueToTree(known.example()));
    List<String> missing = new ArrayList<>(known.required());
    List<String> unknown = new ArrayList<>();
    for (Map.Entry<String, JsonNode> setting : settings.properties()) {
      String key = setting.getKey();
      missing.remove(key);
      if (layer.has(WINDOW) && key.equals(cells(type))) {
        setCells((ObjectNode) layer.get(WINDOW), setting.getValue(), type);
      } else if (layer.has(key) || key.equals("name")) {
        layer.set(key, setting.getValue());
      } else if (layer.path(WINDOW).has(key)) {
        ((ObjectNode) layer.get(WINDOW)).set(key, setting.getValue());
      } else {
        unknown.add(key);
      }
    }
    // Windows of pools touch unless told otherwise.
    if (isPool(type) && settings.has("size") && !settings.has("stride")) {
      ((ObjectNode) layer.get(WINDOW)).set("stride", layer.get(WINDOW).get("width"));
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

  private static boolean isPool(String type) {
    return type.contains("_pool");
  }

  /** What the size of a layer's window is called. */
  private static String cells(String type) {
    return isPool(type) ? "size" : "kernel";
  }

  /** One number for a square, or height and width; sequences have no height. */
  private static void setCells(ObjectNode window, JsonNode value, String type) {
    if (value.isArray() && value.size() == 2) {
      window.set("height", value.get(0));
      window.set("width", value.get(1));
      return;
    }
    window.set("width", value);
    if (!type.endsWith("1d")) {
      window.set("height", value);
    }
  }
}
