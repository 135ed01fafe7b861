package io.kindling.predict;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a model's files say of it, without running anything.
 *
 * @param format such as {@code TensorFlow SavedModel}
 * @param producer who wrote it, in the format's own words; empty where nothing is said
 * @param signatures those that can be scored, in the file's order
 * @param operations how often each operation stands in the graph, its subgraphs and its functions
 * @param bytes of all files that belong to the model
 * @param findings what refuses it, and notes
 */
public record ModelDescription(
    String format,
    String producer,
    List<ModelSignature> signatures,
    SortedMap<String, Integer> operations,
    long bytes,
    List<Finding> findings) {

  public ModelDescription {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(producer, "producer");
    signatures = List.copyOf(signatures);
    operations = Collections.unmodifiableSortedMap(new TreeMap<>(operations));
    findings = List.copyOf(findings);
  }

  /** Whether nothing was found that keeps the model from being loaded. */
  public boolean isAcceptable() {
    return findings.stream().noneMatch(Finding::refuses);
  }

  /**
   * The signature of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  public ModelSignature signature(String name) {
    return signatures.stream()
        .filter(signature -> signature.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The model has no signature '%s'. It has %s.%s"
                        .formatted(
                            name,
                            signatures.stream().map(ModelSignature::name).toList(),
                            isAcceptable() ? "" : " It is refused: " + refusals())));
  }

  private String refusals() {
    return findings.stream()
        .filter(Finding::refuses)
        .map(Finding::toString)
        .collect(Collectors.joining("; "));
  }

  /**
   * The signature {@code serving_default}, or the only one.
   *
   * @throws IllegalArgumentException if there are several and none is the default
   */
  public ModelSignature defaultSignature() {
    return signatures.size() == 1 ? signatures.get(0) : signature(ModelSignature.DEFAULT);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(format).append(", ").append(bytes).append(" bytes");
    if (!producer.isEmpty()) {
      text.append(", by ").append(producer);
    }
    signatures.forEach(signature -> text.append("\n  signature  ").append(signature));
    text.append("\n  operations ")
        .append(
            operations.entrySet().stream()
                .map(operation -> operation.getValue() + " " + operation.getKey())
                .collect(Collectors.joining(", ")));
    findings.forEach(finding -> text.append("\n  finding    ").append(finding));
    return text.toString();
  }

  /** How many operations there are. */
  public long operationCount() {
    return operations.values().stream().mapToLong(Integer::longValue).sum();
  }
}
