package io.kindling.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a command has to say at its end, for people on one line and for programs as JSON. */
final class Report {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Object> entries = new LinkedHashMap<>();

  /** Adds an entry; numbers that are none have no place in JSON and become null. */
  Report with(String name, Object value) {
    boolean isNone = value instanceof Double number && !Double.isFinite(number);
    entries.put(name, isNone ? null : value);
    return this;
  }

  Report withAll(Map<String, ?> more) {
    more.forEach(this::with);
    return this;
  }

  /** By name, in the order in which they were added. */
  Map<String, Object> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** One JSON object on one line. */
  String json() {
    try {
      return JSON.writeValueAsString(entries);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write a report as JSON", e);
    }
  }

  /** {@code name=value} for each entry. */
  String line() {
    return entries.entrySet().stream()
        .map(each -> each.getKey() + "=" + shown(each.getValue()))
        .collect(Collectors.joining(" "));
  }

  private static Object shown(Object value) {
    return value instanceof Double number ? String.format(Locale.ROOT, "%.4f", number) : value;
  }
}
