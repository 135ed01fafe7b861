package io.kindling.cluster.transport;

import java.io.IOException;

/** Bytes arrived that no frame was made of. */
final class CorruptFrame extends IOException {

  private static final long serialVersionUID = 1L;

  CorruptFrame(String message) {
    super(message);
  }
}
