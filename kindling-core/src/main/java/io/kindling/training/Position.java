package io.kindling.training;

import java.util.Comparator;

/**
 * How far a training has come.
 *
 * @param step steps done; {@link #NONE}'s −1 where there is no state
 * @param epochs passes done with their validation: the last step of a pass comes before its end
 */
public record Position(long step, int epochs) implements Comparable<Position> {

  /** Of a worker that has no state: behind all others. */
  public static final Position NONE = new Position(-1, 0);

  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::step).thenComparingInt(Position::epochs);

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
