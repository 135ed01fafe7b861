package io.kindling.cluster.allreduce;

/**
 * What a rank has sent and received, and how long it waited for others to begin a round, since its
 * links stand. Any thread may read.
 */
public final class Traffic {

  // One thread at a time writes each: the sender, or the one that calls the rounds while the sender
  // has nothing to send.
  private volatile long sent;
  private volatile long received;
  private volatile long waitedNanos;

  Traffic() {}

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  void sent(int bytes) {
    sent += bytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  void received(int bytes) {
    received += bytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  void waited(long nanos) {
    waitedNanos += nanos;
  }

  /** Bytes of arrays that the operating system has taken, without headers. */
  public long bytesSent() {
    return sent;
  }

  /** Bytes of arrays that came in. */
  public long bytesReceived() {
    return received;
  }

  /** From the beginning of a round to its first segment, over all rounds. */
  public long waitedNanos() {
    return waitedNanos;
  }
}
