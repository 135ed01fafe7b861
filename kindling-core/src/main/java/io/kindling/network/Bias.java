package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.Locale;
import java.util.Optional;

/** Whether a layer adds a trained constant per output channel. */
public enum Bias {
  ADDED,
  NONE;

  /** Its parameter, {@code bias}, zero at first. */
  Optional<ParameterSpec> of(int channels) {
    return this == NONE
        ? Optional.empty()
        : Optional.of(new ParameterSpec("bias", Shape.of(channels), Initializer.zeros()));
  }

  Tensor addedTo(Tensor y, LayerScope scope) {
    return this == NONE ? y : y.plus(scope.parameter("bias"));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
