package io.kindling.network;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads one kind of network from its JSON. Implementations are found by {@link ServiceLoader}. */
public interface NetworkFormat {

  /** The text's {@code format} field, such as {@code kindling-layers}. */
  String name();

  /**
   * Makes the network of its text.
   *
   * @throws IllegalArgumentException if the text is none of this format's
   */
  Network read(String json);

  /**
   * Reads texts that hold networks: nested no deeper than networks are, but with values as long as
   * they come, such as the graph of a network made elsewhere; Jackson's own limit is 20 million
   * characters.
   */
  static JsonFactory jsonFactory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(64)
                .maxStringLength(Integer.MAX_VALUE)
                .build())
        .build();
  }

  /** Makes a network of any known format's text. */
  static Network parse(String json) {
    String format;
    try {
      JsonNode field = NetworkJson.MAPPER.readTree(json).path("format");
      format = field.asText();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid network: it is no JSON. " + e.getOriginalMessage(), e);
    }
    Iterable<NetworkFormat> formats =
        ServiceLoader.load(NetworkFormat.class, NetworkFormat.class.getClassLoader());
    for (NetworkFormat candidate : formats) {
      if (candidate.name().equals(format)) {
        return candidate.read(json);
      }
    }
    throw new IllegalArgumentException(
        "Unknown network format '"
            + format
            + "'. Known formats are "
            + StreamSupport.stream(formats.spliterator(), false)
                .map(NetworkFormat::name)
                .collect(Collectors.toList())
            + "; a format in another module needs that module on the class path.");
  }
}
