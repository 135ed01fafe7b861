package io.kindling.cluster.transport;

/** What a party of a job is there for. */
public enum Role {
  /** The one party that gathers the workers and watches them. */
  DRIVER(1),
  /** One of the ranks of a generation. */
  RANK(2),
  /** A worker on its link to the driver, with whatever rank, or none. */
  WORKER(3);

  private final int code;

  Role(int code) {
    this.code = code;
  }

  /** The number that stands for it on the wire. */
  int code() {
    return code;
  }
}
