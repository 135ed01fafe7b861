package io.kindling.cli.job;

import static io.kindling.training.TrainingPlan.DEFAULT_LEARNING_RATE;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** An optimizer as people write it: {@code adam: {learningRate: 0.001}}. */
final class OptimizerYaml {

  /** What each takes besides {@link #COMMON}. */
  private static final Map<String, List<String>> SETTINGS =
      new TreeMap<>(
          Map.of(
              "adam", List.of("learningRate", "beta1", "beta2", "epsilon"),
              "momentum", List.of("learningRate", "decay"),
              "nesterov", List.of("learningRate", "decay"),
              "sgd", List.of("learningRate")));

  private static final List<String> COMMON = List.of("clipNorm", "cosineSteps");

  /** YAML takes numbers without a point, like 1e-3, for text. */
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?");

  private OptimizerYaml() {}

  /** Adam with its usual learning rate where none is named. */
  static Optimizer parse(JsonNode node) {
    if (node == null || node.isNull()) {
      return Optimizers.adam(DEFAULT_LEARNING_RATE);
    }
    String name =
        node.isTextual() ? node.asText() : node.size() == 1 ? node.fieldNames().next() : "";
    if (!SETTINGS.containsKey(name)) {
      throw new IllegalArgumentException(
          "'optimizer' is "
              + node
              + ", no known optimizer. Optimizers are "
              + SETTINGS.keySet()
              + ".");
    }
    JsonNode settings = node.path(name);
    check(name, settings);
    double rate =
        number(settings, "learningRate", name.equals("adam") ? DEFAULT_LEARNING_RATE : 0.01);
    double decay = number(settings, "decay", 0.9);
    Optimizer optimizer =
        switch (name) {
          case "sgd" -> Optimizers.sgd(rate);
          case "momentum" -> Optimizers.momentum(rate, decay);
          case "nesterov" -> Optimizers.nesterov(rate, decay);
          default ->
              Optimizers.adam(
                  rate,
                  number(settings, "beta1", 0.9),
                  number(settings, "beta2", 0.999),
                  number(settings, "epsilon", 1e-8));
        };
    if (settings.has("cosineSteps")) {
      optimizer =
          optimizer.withLearningRate(
              LearningRate.cosine(rate, settings.get("cosineSteps").asLong()));
    }
    return settings.has("clipNorm")
        ? optimizer.clippedByGlobalNorm(number(settings, "clipNorm", 0))
        : optimizer;
  }

  private static void check(String name, JsonNode settings) {
    if (!settings.isMissingNode() && !settings.isNull() && !settings.isObject()) {
      throw new IllegalArgumentException(
          "'optimizer." + name + "' is " + settings + ". Write settings as {learningRate: 0.01}.");
    }
    List<String> known = new ArrayList<>(SETTINGS.get(name));
    known.addAll(COMMON);
    List<String> unknown = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    settings
        .properties()
        .forEach(
            setting -> {
              if (!known.contains(setting.getKey())) {
                unknown.add(setting.getKey());
              } else if (setting.getKey().equals("cosineSteps")
                  ? !setting.getValue().canConvertToLong() || !setting.getValue().isIntegralNumber()
                  : !isNumber(setting.getValue())) {
                wrong.add(setting.getKey() + ": " + setting.getValue());
              }
            });
    if (!unknown.isEmpty() || !wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "'optimizer."
              + name
              + "'"
              + (unknown.isEmpty()
                  ? ""
                  : " has unknown settings " + unknown + "; it takes " + known)
              + (unknown.isEmpty() || wrong.isEmpty() ? "" : ", and")
              + (wrong.isEmpty() ? "" : " has settings that are no numbers " + wrong)
              + ".");
    }
  }

  private static boolean isNumber(JsonNode value) {
    return value.isNumber() || (value.isTextual() && NUMBER.matcher(value.asText()).matches());
  }

  private static double number(JsonNode settings, String field, double otherwise) {
    return settings.has(field) ? Double.parseDouble(settings.get(field).asText()) : otherwise;
  }
}
