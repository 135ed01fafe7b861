package io.kindling.predict.wire;

import io.kindling.predict.ModelLimits;
import io.kindling.predict.RefusedModelException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Fuzz target: any bytes as messages within messages. */
public final class FuzzWireMessage {

  private FuzzWireMessage() {}

  /** Reads every field in every way. */
  public static void fuzzerTestOneInput(byte[] data) {
    WireBudget budget = new WireBudget(Path.of("fuzz"), data.length, ModelLimits.defaults());
    walk(WireMessage.of(ByteBuffer.wrap(data), budget, "Fuzz"));
  }

  private static void walk(WireMessage message) {
    try {
      while (message.next()) {
        message.written();
        message.numbers(number -> {});
        if (message.hasLength()) {
          message.text();
          walk(message.message("Part"));
        } else {
          message.number();
        }
      }
    } catch (RefusedModelException e) {
      // What is no message may well be a text.
      return;
    }
  }
}
