package io.kindling.examples.learning;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one training reached on the test rows.
 *
 * @param figure the one that is held against the bar
 * @param others what it is to be seen beside, such as the error of a simpler method on the same
 *     rows, by name and in their order
 */
public record Outcome(double figure, Map<String, Double> others) {

  public Outcome {
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  public static Outcome of(double figure) {
    return new Outcome(figure, Map.of());
  }

  /** This outcome with another number beside those it has. */
  public Outcome beside(String name, double value) {
    Map<String, Double> more = new LinkedHashMap<>(others);
    more.put(name, value);
    return new Outcome(figure, more);
  }
}
