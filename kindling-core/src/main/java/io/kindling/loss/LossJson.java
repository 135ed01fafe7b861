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

  private LossJson() {}

  public static String write(Map<String, Loss> losses) {
    try {
      return JSON.writerFor(LOSSES).writeValueAsString(new TreeMap<>(losses));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write losses as JSON", e);
    }
  }

  /**
   * Reads losses.
   *
   * @throws IllegalArgumentException if the text is none of {@link #write}
   */
  public static Map<String, Loss> read(String json) {
    try {
      Map<String, Loss> losses = JSON.readValue(json, LOSSES);
      if (losses == null || losses.values().contains(null)) {
        throw new IllegalArgumentException("Invalid losses: 'null' is none.");
      }
      return losses;
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
