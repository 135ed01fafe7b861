package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.metric.Evaluation;
import java.util.List;
import java.util.Optional;

/**
 * How training went.
 *
 * @param epochs one report per pass
 * @param stepLosses the loss of every step, mean over its rows
 */
public record History(List<EpochReport> epochs, float[] stepLosses) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  public History {
    epochs = List.copyOf(epochs);
  }

  /** The last pass. */
  public EpochReport last() {
    return epochs.get(epochs.size() - 1);
  }

  /** The pass with the lowest loss, of the validation where there is one; the first of equals. */
  public EpochReport best() {
    EpochReport best = epochs.get(0);
    for (EpochReport each : epochs) {
      best = each.loss() < best.loss() || Double.isNaN(best.loss()) ? each : best;
    }
    return best;
  }

  /** A pass in the text; {@code validation} is null where there was none. */
  private record Epoch(
      @JsonProperty("epoch") int epoch,
      @JsonProperty("steps") long steps,
      @JsonProperty("training") Evaluation training,
      @JsonProperty("validation") Evaluation validation,
      @JsonProperty("seconds") double seconds) {}

  /** What the text holds. */
  private record Document(
      @JsonProperty("epochs") List<Epoch> epochs, @JsonProperty("stepLosses") float[] stepLosses) {}

  /** The history as text; {@link #parse} reads it. */
  public String toJson() {
    List<Epoch> passes =
        epochs.stream()
            .map(
                each ->
                    new Epoch(
                        each.epoch(),
                        each.steps(),
                        each.training(),
                        each.validation().orElse(null),
                        each.seconds()))
            .toList();
    try {
      return JSON.writeValueAsString(new Document(passes, stepLosses));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write the history as JSON", e);
    }
  }

  /**
   * Reads the text of {@link #toJson}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static History parse(String json) {
    try {
      Document document = JSON.readValue(json, Document.class);
      if (document == null
          || document.epochs() == null
          || document.epochs().contains(null)
          || document.stepLosses() == null) {
        throw new IllegalArgumentException("Invalid history: it has no epochs or no losses.");
      }
      return new History(
          document.epochs().stream()
              .map(
                  each ->
                      new EpochReport(
                          each.epoch(),
                          each.steps(),
                          each.training(),
                          Optional.ofNullable(each.validation()),
                          each.seconds()))
              .toList(),
          document.stepLosses());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid history: " + e.getOriginalMessage(), e);
    }
  }
}
