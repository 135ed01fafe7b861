package io.kindling.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.TrainingPlan;
import java.util.ArrayList;
import java.util.List;

/** An optimizer as people write it: {@code adam: {learningRate: 0.001}}. */
final class OptimizerYaml {

  private static final List<String> NAMES = List.of("adam", "momentum", "nesterov", "sgd");
  private static final List<String> SETTINGS =
      List.of("learningRate", "decay", "beta1", "beta2", "epsilon", "clipNorm", "cosineSteps");

  private OptimizerYaml() {}

  /** Adam with its usual learning rate where none is named. */
  static Optimizer parse(JsonNode node) {
    if (node == null || node.isNull()) {
      return Optimizers.adam(TrainingPlan.DEFAULT_LEARNING_RATE);
    }
    String name =
        node.isTextual() ? node.asText() : node.size() == 1 ? node.fieldNames().next() : "";
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "'optimizer' is " + node + ", no known optimizer. Optimizers are " + NAMES + ".");
    }
    JsonNode settings = node.path(name);
    List<String> unknown = new ArrayList<>();
    settings.fieldNames().forEachRemaining(field -> unknown.add(field));
    unknown.removeAll(SETTINGS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "'optimizer."
              + name
              + "' has unknown settings "
              + unknown
              + ". Settings are "
              + SETTINGS
              + ".");
    }
    double rate =
        settings
            .path("learningRate")
            .asDouble(name.equals("adam") ? TrainingPlan.DEFAULT_LEARNING_RATE : 0.01);
    double decay = settings.path("decay").asDouble(0.9);
    Optimizer optimizer =
        switch (name) {
          case "sgd" -> Optimizers.sgd(rate);
          case "momentum" -> Optimizers.momentum(rate, decay);
          case "nesterov" -> Optimizers.nesterov(rate, decay);
          default ->
              Optimizers.adam(
                  rate,
                  settings.path("beta1").asDouble(0.9),
                  settings.path("beta2").asDouble(0.999),
                  settings.path("epsilon").asDouble(1e-8));
        };
    if (settings.has("cosineSteps")) {
      optimizer =
          optimizer.withLearningRate(
              LearningRate.cosine(rate, settings.get("cosineSteps").asLong()));
    }
    return settings.has("clipNorm")
        ? optimizer.clippedByGlobalNorm(settings.get("clipNorm").asDouble())
        : optimizer;
  }
}
