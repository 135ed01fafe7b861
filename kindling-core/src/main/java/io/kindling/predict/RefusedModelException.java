package io.kindling.predict;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A model was not loaded, and nothing of it was run; the findings say why. */
public final class RefusedModelException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final transient List<Finding> findings;

  /**
   * @param model what was to be loaded
   * @param findings at least one that refuses
   */
  public RefusedModelException(Path model, List<Finding> findings) {
    super(
        "Refused the model "
            + model
            + ": "
            + findings.stream()
                .filter(Finding::refuses)
                .map(Finding::toString)
                .collect(Collectors.joining("; ")));
    this.findings = List.copyOf(findings);
  }

  /** What was found; empty after a journey through serialization, which keeps the message alone. */
  public List<Finding> findings() {
    return findings == null ? List.of() : findings;
  }
}
