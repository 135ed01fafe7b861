package io.kindling.tensorflow;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many threads one operation may use. TensorFlow keeps one pool for the whole process, and the
 * first session sets its size, so that the first engine decides for all later ones.
 */
record ProcessThreads(int count) {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessThreads.class);
  private static final AtomicInteger DECIDED = new AtomicInteger();

  /** The process's number, which is {@code wanted} if nobody asked before. */
  static ProcessThreads decide(int wanted) {
    if (wanted < 1) {
      throw new IllegalArgumentException(
          "Invalid number of threads " + wanted + ". Use at least 1.");
    }
    int decided = DECIDED.compareAndExchange(0, wanted);
    if (decided != 0 && decided != wanted) {
      LOG.warn(
          "TensorFlow already computes with {} threads in this process; {} are not possible. The "
              + "first engine decides.",
          decided,
          wanted);
    }
    return new ProcessThreads(decided == 0 ? wanted : decided);
  }

  /** The process's number, which is all cores if nobody asked before. */
  static ProcessThreads decided() {
    DECIDED.compareAndSet(0, Runtime.getRuntime().availableProcessors());
    return new ProcessThreads(DECIDED.get());
  }
}
