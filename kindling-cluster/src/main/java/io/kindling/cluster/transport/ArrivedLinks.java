package io.kindling.cluster.transport;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Links that have come in and wait to be accepted. */
final class ArrivedLinks implements AutoCloseable {

  private final String listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Link> links = new ArrayDeque<>();
  private boolean closed;

  /**
   * Makes an empty queue.
   *
   * @param listener who waits and where, for messages: {@code Rank 3 at 10.0.0.8:41000}
   */
  ArrivedLinks(String listener) {
    this.listener = listener;
  }

  /** Takes ownership of the link. */
  void add(Link link) {
    lock.lock();
    try {
      if (closed) {
        link.close();
      } else {
        links.add(link);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  Link take(Deadline deadline) throws LinkException {
    lock.lock();
    try {
      while (links.isEmpty()) {
        if (closed) {
          throw new LinkException(
              LinkException.Reason.CLOSED, listener + " is closed; it accepts no links.");
        }

        if (!changed.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS)
            && deadline.isOver()
            && links.isEmpty()) {
          throw new LinkException(
              LinkException.Reason.TIMEOUT,
              listener + " waited " + deadline.waited() + " for a link and none came.");
        }
      }

      return links.remove();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException(
          LinkException.Reason.CLOSED, listener + " was interrupted while it waited.", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      links.forEach(Link::close);
      links.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
