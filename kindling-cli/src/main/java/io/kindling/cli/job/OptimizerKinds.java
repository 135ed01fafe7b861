package io.kindling.cli.job;

import static io.kindling.training.TrainingPlan.DEFAULT_LEARNING_RATE;
import static java.util.Map.entry;

import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Kinds;
import io.kindling.cli.grammar.Numeral;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Shared;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.optimizer.PlateauDecay;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * An optimizer as people write it: {@code adam: {learningRate: 0.001}}. A new one is one more line
 * in the table.
 */
final class OptimizerKinds {

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

  private static final Numeral POSITIVE =
      new Numeral("a number above 0", false, Double.MIN_VALUE, Double.POSITIVE_INFINITY);

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

  /** What all optimizers take. */
  static final Fields COMMON =
      Fields.of("")
          .with("clipNorm", Field.optional(POSITIVE, "clips the norm of the whole gradient"))
          .with("clipValue", Field.optional(POSITIVE, "clips each number of the gradient"))
          .with("cosineSteps", count("the rate falls to 0 along half a cosine in so many steps"))
          .with("warmUpSteps", count("the rate grows evenly in so many steps before"))
          .with(
              "plateauEpochs",
              count("the rate falls to a tenth where the loss is no less for so many epochs"))
          .with("stepsPerUpdate", count("gradients of so many steps make one update"))
          .with(
              "averageDecay",
              Field.optional(
                  Numeral.share(),
                  "the model has averages of its parameters, which move by 1 - decay"));

  /** What may stand for an optimizer. */
  static final Rule RULE = new Shared("optimizer", () -> new Kinds("optimizer", settings()));

  private OptimizerKinds() {}

  private static Field count(String description) {
    return Field.optional(Numeral.from(1), description);
  }

  private static Map<String, Fields> settings() {
    Map<String, Fields> settings = new TreeMap<>();
    KINDS.forEach(
        (name, kind) -> {
          Fields fields = Fields.of(name);
          for (Map.Entry<String, Double> each : kind.defaults().entrySet()) {
            fields = fields.with(each.getKey(), Field.optional(Numeral.ANY, "", each.getValue()));
          }
          for (Map.Entry<String, Field> each : COMMON.fields().entrySet()) {
            fields = fields.with(each.getKey(), each.getValue());
          }
          settings.put(name, fields);
        });
    return settings;
  }

  /**
   * Reads an optimizer that obeys the rule: Adam with its usual learning rate where none is named.
   *
   * @throws IllegalArgumentException if the optimizer refuses a setting
   */
  static Optimizer read(Place place) {
    if (!place.isGiven()) {
      return Optimizers.adam(DEFAULT_LEARNING_RATE);
    }
    Kind kind = KINDS.get(Kinds.name(place.value()));
    Place settings = Kinds.settings(place);
    Map<String, Double> numbers = new HashMap<>();
    kind.defaults()
        .forEach((each, otherwise) -> numbers.put(each, settings.field(each).number(otherwise)));
    Optimizer optimizer = kind.recipe().of(numbers);
    optimizer = optimizer.withLearningRate(schedule(optimizer.learningRate(), settings));
    if (settings.field("clipNorm").isGiven()) {
      optimizer = optimizer.clippedByGlobalNorm(settings.field("clipNorm").number(0));
    }
    if (settings.field("clipValue").isGiven()) {
      optimizer = optimizer.clippedByValue(settings.field("clipValue").number(0));
    }
    if (settings.field("averageDecay").isGiven()) {
      optimizer = optimizer.averagingParameters(settings.field("averageDecay").number(0));
    }
    return settings.field("stepsPerUpdate").isGiven()
        ? optimizer.accumulating(settings.field("stepsPerUpdate").count(1))
        : optimizer;
  }

  private static LearningRate schedule(LearningRate rate, Place settings) {
    LearningRate schedule = rate;
    if (settings.field("cosineSteps").isGiven()) {
      schedule = LearningRate.cosine(schedule.rate(), settings.field("cosineSteps").count(1));
    }
    if (settings.field("plateauEpochs").isGiven()) {
      int patience = settings.field("plateauEpochs").count(1);
      schedule = new PlateauDecay(schedule, 0.1, patience, 1e-4, 0, 1);
    }
    return settings.field("warmUpSteps").isGiven()
        ? schedule.warmedUp(settings.field("warmUpSteps").count(1))
        : schedule;
  }
}
