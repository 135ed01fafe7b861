package io.kindling.cluster.transport;

/** What a party of a job is there for. */
public enum Role {
  /** The one party that gathers the ranks and watches them. */
  DRIVER(1),
  /** One of the ranks. */
  WORKER(2);

  private final int code;

  Role(int code) {
    this.code = code;
  }

  /** The number that stands for it on the wire. */
  int code() {
    return code;
  }
}
