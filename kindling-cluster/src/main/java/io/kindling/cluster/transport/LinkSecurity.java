package io.kindling.cluster.transport;

/**
 * How a link is protected once both ends have proved that they know the secret.
 *
 * <p>Both ends must be set alike: the mode is part of what they sign, and a mismatch is refused
 * rather than settled on the weaker one.
 */
public enum LinkSecurity {
  /**
   * Frames travel in the clear with a checksum. Strangers cannot open a link; someone on the path
   * can read it and tamper with it.
   */
  AUTHENTICATED(1),
  /** Every frame is encrypted and authenticated with AES-256-GCM, a key per link and direction. */
  ENCRYPTED(2);

  private final int code;

  LinkSecurity(int code) {
    this.code = code;
  }

  /** The number that stands for it on the wire. */
  int code() {
    return code;
  }
}
