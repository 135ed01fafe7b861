package io.kindling.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a model came from, for people: plan, data, versions, time, results. Texts only, in the
 * order they were written.
 *
 * @param entries what is known, such as {@code seed} or {@code spark.version}
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Provenance(Map<String, String> entries) {

  public Provenance {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** What this JVM knows of itself. */
  public static Provenance ofThisJvm() {
    Map<String, String> entries = new LinkedHashMap<>();
    String version = Provenance.class.getPackage().getImplementationVersion();
    entries.put("kindling.version", version == null ? "development" : version);
    entries.put("java.version", System.getProperty("java.version"));
    entries.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return new Provenance(entries);
  }

  /** This and one more entry. */
  public Provenance with(String key, Object value) {
    Map<String, String> more = new LinkedHashMap<>(entries);
    more.put(key, String.valueOf(value));
    return new Provenance(more);
  }
}
