package io.kindling.network;

import java.util.stream.Collectors;

/** Names of layers in texts. */
final class LayerTypeIds extends OpenTypeIds {

  LayerTypeIds() {
    super(
        Layer.class,
        LayerType.all().stream()
            .collect(Collectors.toMap(LayerType::name, type -> type.example().getClass())));
  }
}
