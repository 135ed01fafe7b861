package io.kindling.cli.terminal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/**
 * Steps per second over the last while, so that one slow start or one pause is soon forgotten.
 *
 * <p>Keeps at most one mark per second of the window; not for use from several threads.
 */
final class Pace {

  private static final long WINDOW_NANOS = Duration.ofSeconds(20).toNanos();

  private static final long MARK_NANOS = Duration.ofSeconds(1).toNanos();

  private final Deque<Mark> marks = new ArrayDeque<>();

  private record Mark(long nanos, long steps) {}

  /** Notes that {@code steps} steps were done at {@code nanos}, and returns steps per second. */
  OptionalDouble after(long nanos, long steps) {
    if (marks.isEmpty() || nanos - marks.getLast().nanos() >= MARK_NANOS) {
      marks.addLast(new Mark(nanos, steps));
    }
    while (marks.size() > 2 && nanos - marks.getFirst().nanos() > WINDOW_NANOS) {
      marks.removeFirst();
    }

    Mark first = marks.getFirst();
    if (nanos <= first.nanos() || steps <= first.steps()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of((steps - first.steps()) * 1e9 / (nanos - first.nanos()));
  }
}
