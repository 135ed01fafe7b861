package io.kindling.keras;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Fuzz target: any bytes as the configuration of a model of Keras, from JSON to our network. */
public final class FuzzKerasConfiguration {

  private static final Path FILE = Path.of("fuzz.keras");

  /** What a small file has room for. */
  private static final long NUMBERS = 100_000;

  private FuzzKerasConfiguration() {}

  /** Makes the network; lets out what is not documented. */
  public static void fuzzerTestOneInput(byte[] data) {
    for (boolean isOfKeras2 : new boolean[] {false, true}) {
      Findings findings = new Findings(FILE);
      try {
        KerasGraph graph =
            new KerasGraph.Reader(findings, isOfKeras2)
                .read(KerasFile.parsed(FILE, "config.json", data));
        new Assembly(findings, Map.of(), Map.of(), NUMBERS).of(graph);
        findings.throwIfAny();
      } catch (IOException | IllegalArgumentException e) {
        // No JSON, or layers that we do not have.
      }
    }
  }
}
