package io.kindling.cli.job;

import static java.util.Map.entry;

import io.kindling.cli.grammar.Choice;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Flag;
import io.kindling.cli.grammar.Kinds;
import io.kindling.cli.grammar.Numeral;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Rule;
import io.kindling.cli.grammar.Shared;
import io.kindling.training.LocalSgd;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.Served.Placement;
import io.kindling.training.Sharded;
import io.kindling.training.Strategy;
import io.kindling.training.Thresholded;
import io.kindling.training.WireFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A strategy as people write it: {@code local-sgd: {interval: 16}}. */
final class StrategyKinds {

  private static final Numeral POSITIVE =
      new Numeral("a number above 0", false, Double.MIN_VALUE, Double.POSITIVE_INFINITY);

  private static final Numeral PART =
      new Numeral("a number above 0 and below 1", false, Double.MIN_VALUE, 1);

  private static final List<String> FORMATS =
      Arrays.stream(WireFormat.values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();

  private static final List<String> PLACEMENTS =
      Arrays.stream(Placement.values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();

  /** What is meant where none is named. */
  static final String DEFAULT = "all-reduce";

  /** One strategy: its settings, and what they make. */
  private record Kind(Fields settings, Function<Place, Strategy> recipe) {}

  private static final Map<String, Kind> KINDS =
      new TreeMap<>(
          Map.ofEntries(
              entry(
                  DEFAULT,
                  new Kind(
                      Fields.of(DEFAULT)
                          .with(
                              "format",
                              Field.optional(
                                  new Choice(FORMATS),
                                  "of gradients between workers",
                                  FORMATS.get(0)))
                          .with(
                              "share",
                              Field.optional(
                                  PART,
                                  "of gradients that travels in a step, by a threshold; all unless"
                                      + " set")),
                      StrategyKinds::allReduced)),
              entry(
                  "sharded",
                  new Kind(
                      Fields.of("sharded")
                          .with(
                              "agreement",
                              steps(
                                  Sharded.DEFAULT_AGREEMENT,
                                  "after which all know what all optimizers remember")),
                      of -> new Sharded(of.field("agreement").count(Sharded.DEFAULT_AGREEMENT)))),
              entry(
                  "local-sgd",
                  new Kind(
                      Fields.of("local-sgd")
                          .with("interval", steps(16, "between two means of the parameters"))
                          .with("outerRate", Field.optional(POSITIVE, "η; 1 for the mean", 1.0))
                          .with("outerMomentum", Field.optional(Numeral.share(), "μ", 0.0)),
                      of ->
                          new LocalSgd(
                              of.field("interval").count(16),
                              of.field("outerRate").number(1),
                              of.field("outerMomentum").number(0)))),
              entry(
                  "averaged-epochs",
                  new Kind(Fields.of("averaged-epochs"), of -> Strategy.averagedEpochs())),
              entry(
                  "diloco",
                  new Kind(
                      Fields.of("diloco").with("interval", steps(500, "of a worker by itself")),
                      of -> Strategy.diLoCo(of.field("interval").count(500)))),
              entry("gradients", served("gradients", Exchange.GRADIENTS, 1)),
              entry("downpour", served("downpour", Exchange.DOWNPOUR, 5)),
              entry("adag", served("adag", Exchange.ADAG, 12)),
              entry("dyn-sgd", served("dyn-sgd", Exchange.DYN_SGD, 5)),
              entry("elastic", served("elastic", Exchange.ELASTIC, 32)),
              entry("mean", served("mean", Exchange.MEAN, 3))));

  /** What may stand for a strategy. */
  static final Rule RULE = new Shared("strategy", () -> new Kinds("strategy", settings()));

  private StrategyKinds() {}

  private static Field steps(int otherwise, String description) {
    return Field.optional(Numeral.from(1), "steps " + description, otherwise);
  }

  private static Strategy allReduced(Place of) {
    String format = of.field("format").text().orElse(FORMATS.get(0));
    if (!of.field("share").isGiven()) {
      return Strategy.allReduced(WireFormat.valueOf(format.toUpperCase(Locale.ROOT)));
    }
    if (!format.equals(FORMATS.get(0))) {
      throw new IllegalArgumentException(
          "Unsupported format "
              + format
              + " of a share of the gradients, whose numbers travel as signs. Leave one of 'format'"
              + " and 'share' out.");
    }
    return Strategy.allReducedAbove(of.field("share").number(Thresholded.DEFAULT_SHARE));
  }

  /** A parameter server, with the interval that its authors use. */
  private static Kind served(String name, Exchange exchange, int interval) {
    return new Kind(
        Fields.of(name)
            .with("interval", steps(interval, "of a worker between two exchanges"))
            .with(
                "locks",
                Field.optional(
                    new Flag(),
                    "whether a server does one thing at a time; false for Hogwild",
                    true))
            .with(
                "maxStaleness",
                Field.optional(
                    Numeral.from(0),
                    "versions behind which a change is thrown away; any unless set"))
            .with(
                "maxAge",
                Field.optional(
                    POSITIVE, "seconds after which a change is thrown away; any unless set"))
            .with(
                "maxLead",
                Field.optional(
                    Numeral.from(0),
                    "exchanges that a worker may be ahead of the slowest before it waits; any"
                        + " unless set"))
            .with(
                "placement",
                Field.optional(
                    new Choice(PLACEMENTS),
                    "of servers: the arrays dealt out to the workers, or all in the driver",
                    PLACEMENTS.get(0)))
            .with(
                "servers",
                Field.optional(
                    Numeral.from(0),
                    "of the workers that only serve, and have no rows; all learn unless set"))
            .with(
                "agreement",
                steps(Served.DEFAULT_AGREEMENT, "after which all wait for each other")),
        of -> read(exchange, interval, of));
  }

  private static Strategy read(Exchange exchange, int interval, Place of) {
    Served served = Served.of(exchange, of.field("interval").count(interval));
    if (of.field("agreement").isGiven()) {
      served = served.agreeingEvery(of.field("agreement").count(Served.DEFAULT_AGREEMENT));
    }
    if (!of.field("locks").flag(true)) {
      served = served.lockFree();
    }
    if (of.field("placement").text().filter(PLACEMENTS.get(1)::equals).isPresent()) {
      served = served.onDriver();
    }
    if (of.field("servers").isGiven()) {
      served = served.withServers(of.field("servers").count(0));
    }
    if (of.field("maxLead").isGiven()) {
      served = served.withMaxLead(of.field("maxLead").count(0));
    }
    if (of.field("maxStaleness").isGiven()) {
      served = served.withMaxStaleness(of.field("maxStaleness").count(0));
    }
    return of.field("maxAge").isGiven() ? served.withMaxAge(of.field("maxAge").number(1)) : served;
  }

  private static Map<String, Fields> settings() {
    Map<String, Fields> settings = new TreeMap<>();
    KINDS.forEach((name, kind) -> settings.put(name, kind.settings()));
    return settings;
  }

  /**
   * Reads a strategy that obeys the rule.
   *
   * @throws IllegalArgumentException if the strategy refuses a setting
   */
  static Strategy read(Place place) {
    return place.isGiven()
        ? KINDS.get(Kinds.name(place.value())).recipe().apply(Kinds.settings(place))
        : Strategy.allReduced();
  }
}
