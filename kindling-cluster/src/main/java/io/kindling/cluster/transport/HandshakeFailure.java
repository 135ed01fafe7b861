package io.kindling.cluster.transport;

/** A peer did not prove what it had to; the message continues a sentence about it. */
final class HandshakeFailure extends Exception {

  private static final long serialVersionUID = 1L;

  HandshakeFailure(String message) {
    super(message);
  }
}
