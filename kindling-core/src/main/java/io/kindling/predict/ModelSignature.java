package io.kindling.predict;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One way to call a model: a name, what goes in and what comes out.
 *
 * @param name {@code serving_default} in most SavedModels; {@link #DEFAULT} in formats that have
 *     one way only
 */
public record ModelSignature(String name, List<TensorType> inputs, List<TensorType> outputs) {

  /** What a signature is called that has no name of its own. */
  public static final String DEFAULT = "serving_default";

  public ModelSignature {
    Objects.requireNonNull(name, "name");
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * The input of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  public TensorType input(String input) {
    return find(inputs, input)
        .orElseThrow(() -> new IllegalArgumentException(missing("input", input, inputs)));
  }

  /**
   * The output of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  public TensorType output(String output) {
    return find(outputs, output)
        .orElseThrow(() -> new IllegalArgumentException(missing("output", output, outputs)));
  }

  private static Optional<TensorType> find(List<TensorType> types, String name) {
    return types.stream().filter(type -> type.name().equals(name)).findFirst();
  }

  private String missing(String role, String wanted, List<TensorType> types) {
    return "Signature '%s' has no %s '%s'. It has %s."
        .formatted(name, role, wanted, types.stream().map(TensorType::name).toList());
  }

  /** Names of all outputs, in order. */
  public List<String> outputNames() {
    return outputs.stream().map(TensorType::name).toList();
  }

  /**
   * Requires a value of the right type and shape for every input, and no other.
   *
   * @throws IllegalArgumentException naming every mismatch
   */
  public void requireInputs(Map<String, TensorValue> values) {
    List<String> mismatches = new ArrayList<>();
    for (TensorType input : inputs) {
      TensorValue value = values.get(input.name());
      if (value == null) {
        mismatches.add("'" + input.name() + "' is missing");
      } else {
        input.mismatch(value).ifPresent(mismatches::add);
      }
    }
    for (String given : values.keySet()) {
      if (find(inputs, given).isEmpty()) {
        mismatches.add("'" + given + "' is none of its inputs");
      }
    }
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(
          "Values do not match signature '%s': %s. It takes %s."
              .formatted(name, String.join("; ", mismatches), inputs));
    }
  }

  @Override
  public String toString() {
    return "'" + name + "': " + inputs + " → " + outputs;
  }
}
