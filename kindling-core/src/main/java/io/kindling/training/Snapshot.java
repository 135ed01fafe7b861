package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.optimizer.OptimizerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A training state as a text and some arrays of floats, in which form it goes to other workers and
 * into checkpoints. Whoever has the text knows how long the arrays are.
 *
 * @param text JSON; {@link #lengths} and {@link #state} read it
 * @param arrays parameters, mutable state, losses of the steps, what was learned by the best epoch
 *     and the mutable state that belongs to it, then the optimizer's slots
 */
public record Snapshot(String text, List<float[]> arrays) {

  private static final int BEFORE_SLOTS = 5;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  public Snapshot {
    arrays = List.copyOf(arrays);
  }

  /** What the text holds. */
  private record Document(
      @JsonProperty("step") long step,
      @JsonProperty("lastRows") int lastRows,
      @JsonProperty("lastLoss") double lastLoss,
      @JsonProperty("lastMetricSums") float[] lastMetricSums,
      @JsonProperty("history") String history,
      @JsonProperty("sums") double[] sums,
      @JsonProperty("rowsInEpoch") long rowsInEpoch,
      @JsonProperty("stepsInEpoch") int stepsInEpoch,
      @JsonProperty("epochNanos") long epochNanos,
      @JsonProperty("lowest") double lowest,
      @JsonProperty("toBeat") double toBeat,
      @JsonProperty("waited") int waited,
      @JsonProperty("lengths") int[] lengths) {}

  /** Of a state whose arrays it borrows: it is good until the next step. */
  public static Snapshot of(TrainingState state) {
    Progress progress = state.progress();
    List<float[]> arrays =
        new ArrayList<>(
            List.of(
                state.parameters(),
                state.networkState(),
                progress.stepLosses(),
                progress.best().learned(),
                progress.best().networkState()));
    arrays.addAll(Arrays.asList(state.optimizer().slots()));
    Document document =
        new Document(
            state.step(),
            state.last().rows(),
            state.last().loss(),
            state.last().metricSums(),
            new History(progress.epochs(), new float[0]).toJson(),
            progress.sums(),
            progress.rowsInEpoch(),
            progress.stepsInEpoch(),
            progress.epochNanos(),
            progress.best().lowest(),
            progress.best().toBeat(),
            progress.best().waited(),
            arrays.stream().mapToInt(array -> array.length).toArray());
    try {
      return new Snapshot(JSON.writeValueAsString(document), arrays);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write a training state as JSON", e);
    }
  }

  /** One with arrays of its own. */
  public Snapshot copy() {
    return new Snapshot(text, arrays.stream().map(float[]::clone).toList());
  }

  /** How long the arrays are that belong to a text. */
  public static int[] lengths(String text) {
    return parse(text).lengths();
  }

  /** How far the training of a text has come. */
  public static Position position(String text) {
    Document document = parse(text);
    return new Position(document.step(), History.parse(document.history()).epochs().size());
  }

  /**
   * The state, which takes over the arrays.
   *
   * @throws IllegalArgumentException if the text is none, or the arrays are not as long as it says
   */
  public TrainingState state() {
    Document document = parse(text);
    int[] found = arrays.stream().mapToInt(array -> array.length).toArray();
    if (!Arrays.equals(found, document.lengths())) {
      throw new IllegalArgumentException(
          "Invalid training state: its arrays have lengths "
              + Arrays.toString(found)
              + " but expected "
              + Arrays.toString(document.lengths())
              + ".");
    }
    float[][] slots = arrays.subList(BEFORE_SLOTS, arrays.size()).toArray(float[][]::new);
    return new TrainingState(
        document.step(),
        arrays.get(0),
        arrays.get(1),
        new OptimizerState(slots),
        new TrainingState.StepMeasure(
            document.lastRows(), document.lastLoss(), document.lastMetricSums()),
        new Progress(
            History.parse(document.history()).epochs(),
            arrays.get(2),
            document.sums(),
            document.rowsInEpoch(),
            document.stepsInEpoch(),
            document.epochNanos(),
            new BestEpoch(
                document.lowest(),
                document.toBeat(),
                document.waited(),
                arrays.get(3),
                arrays.get(4))));
  }

  private static Document parse(String text) {
    try {
      Document document = JSON.readValue(text, Document.class);
      if (document == null) {
        throw new IllegalArgumentException("Invalid training state: its text is 'null'.");
      }
      int[] lengths = document.lengths();
      if (lengths.length < BEFORE_SLOTS || Arrays.stream(lengths).anyMatch(each -> each < 0)) {
        throw new IllegalArgumentException(
            "Invalid training state: its arrays cannot have lengths "
                + Arrays.toString(lengths)
                + ".");
      }
      return document;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid training state: " + e.getOriginalMessage(), e);
    }
  }
}
