package io.kindling.loss;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Losses by output, as text: {@code {"age":{"type":"huber","delta":1.0}}}. */
public final class LossJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<TreeMap<String, Loss>> LOSSES = new TypeReference<>() {};

  private static final TypeReference<Loss> LOSS = new TypeReference<>() {};

  private LossJson() {}

  public static String write(Map<String, Loss> losses) {
    try {
      return JSON.writerFor(LOSSES).writeValueAsString(new TreeMap<>(losses));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write losses as JSON", e);
    }
  }

  /** One loss: {@code {"type":"huber","delta":1.0}}. */
  public static String writeOne(Loss loss) {
    try {
      return JSON.writerFor(Loss.class).writeValueAsString(loss);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write a loss as JSON", e);
    }
  }

  /**
   * Reads losses.
   *
   * @throws IllegalArgumentException if the text is none of {@link #write}
   */
  public static Map<String, Loss> read(String json) {
    Map<String, Loss> losses = read(json, LOSSES);
    if (losses == null || losses.values().contains(null)) {
      throw new IllegalArgumentException("Invalid losses: 'null' is none.");
    }
    return losses;
  }

  /**
   * Reads a loss.
   *
   * @throws IllegalArgumentException if the text is none of {@link #writeOne}
   */
  public static Loss readOne(String json) {
    Loss loss = read(json, LOSS);
    if (loss == null) {
      throw new IllegalArgumentException("Invalid losses: 'null' is none.");
    }
    return loss;
  }

  private static <T> T read(String json, TypeReference<? extends T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (InvalidTypeIdException e) {
      throw new IllegalArgumentException(
          "Invalid losses: '"
              + e.getTypeId()
              + "' is no loss. Kindling's are "
              + new TreeSet<>(LossTypeIds.KNOWN.keySet())
              + "; one of your own stands under its class name, and its class must be on the class"
              + " path.",
          e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid losses: " + e.getOriginalMessage(), e);
    }
  }
}
