package io.kindling.spark.job;

import java.util.ArrayList;
import java.util.List;

/**
 * What one generation of a worker holds open and others must be able to close, so that nobody waits
 * for a generation that is over. Closing twice is harmless.
 */
final class GenerationScope implements AutoCloseable {

  private final int generation;
  private final List<AutoCloseable> open = new ArrayList<>();
  private boolean over;

  GenerationScope(int generation) {
    this.generation = generation;
  }

  int generation() {
    return generation;
  }

  /** Closes it together with the scope; at once where that is closed. */
  void add(AutoCloseable resource) {
    synchronized (this) {
      if (!over) {
        open.add(resource);
        return;
      }
    }
    close(resource);
  }

  synchronized boolean isOver() {
    return over;
  }

  @Override
  public void close() {
    List<AutoCloseable> all;
    synchronized (this) {
      over = true;
      all = List.copyOf(open);
      open.clear();
    }
    all.forEach(GenerationScope::close);
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException("Failed to close " + resource, e);
    }
  }
}
