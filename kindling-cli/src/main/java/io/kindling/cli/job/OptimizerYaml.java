package io.kindling.cli.job;

import static io.kindling.training.TrainingPlan.DEFAULT_LEARNING_RATE;
import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.optimizer.PlateauDecay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An optimizer as people write it: {@code adam: {learningRate: 0.001}}. A new one is one more line
 * in the table.
 */
final class OptimizerYaml {

  /** Makes an optimizer of its settings, all of which are there. */
  private interface Recipe {
    Optimizer of(Map<String, Double> settings);
  }

  /**
   * One optimizer.
   *
   * @param defaults its settings, in the order in which they are listed, with what they are where
   *     nothing is said
   */
  private record Kind(Map<String, Double> defaults, Recipe recipe) {

    /** Defaults by name and value in turn; those of {@link #COMMON} are for all. */
    static Kind of(Recipe recipe, Object... defaults) {
      Map<String, Double> named = new LinkedHashMap<>();
      for (int i = 0; i < defaults.length; i += 2) {
        named.put((String) defaults[i], (Double) defaults[i + 1]);
      }
      return new Kind(named, recipe);
    }
  }

  private static final String RATE = "learningRate";

  private static final Map<String, Kind> KINDS =
      new TreeMap<>(
          Map.ofEntries(
              entry("sgd", Kind.of(of -> Optimizers.sgd(of.get(RATE)), RATE, 0.01)),
              entry(
                  "momentum",
                  Kind.of(
                      of -> Optimizers.momentum(of.get(RATE), of.get("decay")),
                      RATE,
                      0.01,
                      "decay",
                      0.9)),
              entry(
                  "nesterov",
                  Kind.of(
                      of -> Optimizers.nesterov(of.get(RATE), of.get("decay")),
                      RATE,
                      0.01,
                      "decay",
                      0.9)),
              entry(
                  "adam",
                  Kind.of(
                      of ->
                          Optimizers.adam(
                              of.get(RATE), of.get("beta1"), of.get("beta2"), of.get("epsilon")),
                      RATE,
                      DEFAULT_LEARNING_RATE,
                      "beta1",
                      0.9,
                      "beta2",
                      0.999,
                      "epsilon",
                      1e-8)),
              entry(
                  "adamw",
                  Kind.of(
                      of -> Optimizers.adamW(of.get(RATE), of.get("weightDecay")),
                      RATE,
                      DEFAULT_LEARNING_RATE,
                      "weightDecay",
                      0.01)),
              entry("adamax", Kind.of(of -> Optimizers.adamax(of.get(RATE)), RATE, 0.002)),
              entry(
                  "nadam",
                  Kind.of(of -> Optimizers.nadam(of.get(RATE)), RATE, DEFAULT_LEARNING_RATE)),
              entry(
                  "amsgrad",
                  Kind.of(of -> Optimizers.amsGrad(of.get(RATE)), RATE, DEFAULT_LEARNING_RATE)),
              entry("yogi", Kind.of(of -> Optimizers.yogi(of.get(RATE)), RATE, 0.01)),
              entry(
                  "lion",
                  Kind.of(
                      of -> Optimizers.lion(of.get(RATE), of.get("weightDecay")),
                      RATE,
                      1e-4,
                      "weightDecay",
                      0.0)),
              entry(
                  "rmsprop",
                  Kind.of(
                      of ->
                          of.get("momentum") == 0
                              ? Optimizers.rmsprop(of.get(RATE), of.get("decay"))
                              : Optimizers.rmsprop(
                                  of.get(RATE), of.get("decay"), of.get("momentum")),
                      RATE,
                      DEFAULT_LEARNING_RATE,
                      "decay",
                      0.9,
                      "momentum",
                      0.0)),
              entry(
                  "lars",
                  Kind.of(
                      of -> Optimizers.lars(of.get(RATE), of.get("weightDecay")),
                      RATE,
                      1.0,
                      "weightDecay",
                      1e-4)),
              entry(
                  "lamb",
                  Kind.of(
                      of -> Optimizers.lamb(of.get(RATE), of.get("weightDecay")),
                      RATE,
                      DEFAULT_LEARNING_RATE,
                      "weightDecay",
                      0.01)),
              entry(
                  "ftrl",
                  Kind.of(
                      of -> Optimizers.ftrl(of.get(RATE), of.get("l1"), of.get("l2")),
                      RATE,
                      0.1,
                      "l1",
                      0.0,
                      "l2",
                      0.0)),
              entry("lbfgs", Kind.of(of -> Optimizers.lbfgs(of.get(RATE)), RATE, 1.0)),
              entry("adagrad", Kind.of(of -> Optimizers.adagrad(of.get(RATE)), RATE, 0.01)),
              entry("adadelta", Kind.of(of -> Optimizers.adadelta(of.get(RATE)), RATE, 1.0))));

  private static final List<String> COMMON =
      List.of(
          "clipNorm",
          "clipValue",
          "cosineSteps",
          "warmUpSteps",
          "plateauEpochs",
          "stepsPerUpdate",
          "averageDecay");

  /** Settings of {@link #COMMON} that count. */
  private static final List<String> COUNTS =
      List.of("cosineSteps", "warmUpSteps", "plateauEpochs", "stepsPerUpdate");

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
    Kind kind = KINDS.get(name);
    if (kind == null) {
      throw new IllegalArgumentException(
          "'optimizer' is "
              + node
              + ", no known optimizer. Optimizers are "
              + KINDS.keySet()
              + ".");
    }
    JsonNode settings = node.path(name);
    check(name, kind, settings);
    Map<String, Double> numbers = new HashMap<>();
    kind.defaults()
        .forEach((each, otherwise) -> numbers.put(each, number(settings, each, otherwise)));
    Optimizer optimizer = kind.recipe().of(numbers);
    LearningRate schedule = optimizer.learningRate();
    if (settings.has("cosineSteps")) {
      schedule = LearningRate.cosine(schedule.rate(), settings.get("cosineSteps").asLong());
    }
    if (settings.has("plateauEpochs")) {
      int patience = settings.get("plateauEpochs").asInt();
      schedule = new PlateauDecay(schedule, 0.1, patience, 1e-4, 0, 1);
    }
    if (settings.has("warmUpSteps")) {
      schedule = schedule.warmedUp(settings.get("warmUpSteps").asLong());
    }
    optimizer = optimizer.withLearningRate(schedule);
    if (settings.has("clipNorm")) {
      optimizer = optimizer.clippedByGlobalNorm(number(settings, "clipNorm", 0));
    }
    if (settings.has("clipValue")) {
      optimizer = optimizer.clippedByValue(number(settings, "clipValue", 0));
    }
    if (settings.has("averageDecay")) {
      optimizer = optimizer.averagingParameters(number(settings, "averageDecay", 0));
    }
    return settings.has("stepsPerUpdate")
        ? optimizer.accumulating(settings.get("stepsPerUpdate").asInt())
        : optimizer;
  }

  private static void check(String name, Kind kind, JsonNode settings) {
    if (!settings.isMissingNode() && !settings.isNull() && !settings.isObject()) {
      throw new IllegalArgumentException(
          "'optimizer." + name + "' is " + settings + ". Write settings as {learningRate: 0.01}.");
    }
    List<String> known = new ArrayList<>(kind.defaults().keySet());
    known.addAll(COMMON);
    List<String> unknown = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    settings
        .properties()
        .forEach(
            setting -> {
              if (!known.contains(setting.getKey())) {
                unknown.add(setting.getKey());
              } else if (COUNTS.contains(setting.getKey())
                  ? !setting.getValue().canConvertToInt() || !setting.getValue().isIntegralNumber()
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
