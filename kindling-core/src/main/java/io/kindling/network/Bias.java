package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a layer adds a trained constant per output channel. */
public enum Bias {
  ADDED,
  NONE;

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
