package io.kindling.spark.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.spark.input.LengthPolicy;
import io.kindling.spark.input.NullPolicy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What becomes of nulls and of arrays of another length, by column; {@code *} stands for the
 * columns that are not named.
 */
public record InputPolicies(Map<String, NullPolicy> nulls, Map<String, LengthPolicy> lengths) {

  private static final String OTHERS = "*";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<TreeMap<String, NullPolicy>> NULLS = new TypeReference<>() {};
  private static final TypeReference<TreeMap<String, LengthPolicy>> LENGTHS =
      new TypeReference<>() {};

  public InputPolicies {
    nulls = Map.copyOf(nulls);
    lengths = Map.copyOf(lengths);
  }

  /** The policies of two JSON texts. */
  static InputPolicies parse(String nulls, String lengths) {
    try {
      return new InputPolicies(JSON.readValue(nulls, NULLS), JSON.readValue(lengths, LENGTHS));
    } catch (JsonProcessingException | NullPointerException e) {
      throw new IllegalArgumentException(
          "Invalid nullPolicies "
              + nulls
              + " or lengthPolicies "
              + lengths
              + ". Set them with setNullPolicy and setLengthPolicy.",
          e);
    }
  }

  /** Gives one stage the policies and the device of another. */
  static void copy(NetworkStage<?> from, NetworkStage<?> to) {
    to.setDevice(from.getDevice());
    if (from.isDefined(from.nullPolicies())) {
      to.set(to.nullPolicies(), from.getOrDefault(from.nullPolicies()));
    }
    if (from.isDefined(from.lengthPolicies())) {
      to.set(to.lengthPolicies(), from.getOrDefault(from.lengthPolicies()));
    }
  }

  InputPolicies with(NullPolicy policy, String... columns) {
    return new InputPolicies(with(nulls, policy, columns), lengths);
  }

  InputPolicies with(LengthPolicy policy, String... columns) {
    return new InputPolicies(nulls, with(lengths, policy, columns));
  }

  private static <P> Map<String, P> with(Map<String, P> policies, P policy, String... columns) {
    Map<String, P> more = new TreeMap<>(policies);
    for (String column : columns.length == 0 ? new String[] {OTHERS} : columns) {
      more.put(column, policy);
    }
    return more;
  }

  String nullsAsJson() {
    return json(nulls);
  }

  String lengthsAsJson() {
    return json(lengths);
  }

  private static String json(Map<String, ?> policies) {
    try {
      return JSON.writeValueAsString(new TreeMap<>(policies));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write policies as JSON", e);
    }
  }

  /** What becomes of nulls in a column. */
  public NullPolicy nullsOf(String column) {
    return nulls.getOrDefault(column, nulls.getOrDefault(OTHERS, NullPolicy.FAIL));
  }

  /** What becomes of arrays of another length in a column. */
  public LengthPolicy lengthsOf(String column) {
    return lengths.getOrDefault(column, lengths.getOrDefault(OTHERS, LengthPolicy.FAIL));
  }

  /** Whether a column is named with a policy that texts do not have. */
  boolean wantsMoreOfTexts(String column) {
    return lengths.containsKey(column)
        || (nulls.containsKey(column) && nulls.get(column) != NullPolicy.DROP);
  }

  /** The columns that are named. */
  Set<String> named() {
    Set<String> named = new TreeSet<>(nulls.keySet());
    named.addAll(lengths.keySet());
    named.remove(OTHERS);
    return named;
  }
}
