package io.kindling.cluster.allreduce;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a rank has sent and received, and how long it waited for others to begin a round, since its
 * links stand. Any thread may count and read.
 */
public final class Traffic {

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong waitedNanos = new AtomicLong();

  /** Of links on which nothing has gone yet. */
  public Traffic() {}

  /** Counts bytes of arrays that the operating system has taken. */
  public void sent(int bytes) {
    sent.addAndGet(bytes);
  }

  /** Counts bytes of arrays that came in. */
  public void received(int bytes) {
    received.addAndGet(bytes);
  }

  void waited(long nanos) {
    waitedNanos.addAndGet(nanos);
  }

  /** Bytes of arrays that the operating system has taken, without headers. */
  public long bytesSent() {
    return sent.get();
  }

  /** Bytes of arrays that came in. */
  public long bytesReceived() {
    return received.get();
  }

  /** From the beginning of a round to its first segment, over all rounds. */
  public long waitedNanos() {
    return waitedNanos.get();
  }
}
