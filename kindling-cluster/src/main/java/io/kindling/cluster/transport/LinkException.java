package io.kindling.cluster.transport;

import java.io.IOException;

/** A link could not be opened or is lost; the message names both ends. A lost link stays lost. */
public final class LinkException extends IOException {

  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as the caller can act on it. */
  public enum Reason {
    /** The deadline passed. */
    TIMEOUT,
    /** The peer, this side or the network ended the connection. */
    CLOSED,
    /** The other end does not accept this party; trying again does not help. */
    REFUSED,
    /** What arrived is not what was sent. */
    CORRUPT
  }

  private final Reason reason;

  public LinkException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public LinkException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
