package io.kindling.spark.checkpoint;

import io.kindling.training.Position;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far apart checkpoints are.
 *
 * @param amount of the unit, 1 or more
 */
public record CheckpointInterval(int amount, Unit unit) implements Serializable {

  private static final long serialVersionUID = 1;

  private static final Pattern TEXT =
      Pattern.compile("\\s*(\\d{1,9})\\s+(step|epoch|minute)s?\\s*");

  /** What is counted. */
  public enum Unit {
    STEP,
    EPOCH,
    MINUTE
  }

  /**
   * Reads a text such as {@code 1 epoch}, {@code 500 steps} or {@code 10 minutes}; empty where it
   * is none.
   */
  public static Optional<CheckpointInterval> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
      return Optional.empty();
    }
    Unit unit =
        switch (matcher.group(2)) {
          case "step" -> Unit.STEP;
          case "epoch" -> Unit.EPOCH;
          default -> Unit.MINUTE;
        };
    return Optional.of(new CheckpointInterval(Integer.parseInt(matcher.group(1)), unit));
  }

  /**
   * Whether another checkpoint is due.
   *
   * @param last where the last one was made, or training began
   * @param since how long ago that was
   */
  public boolean isDue(Position last, Position now, Duration since) {
    return switch (unit) {
      case STEP -> now.step() - last.step() >= amount;
      case EPOCH -> now.epochs() - last.epochs() >= amount;
      case MINUTE -> now.step() > last.step() && since.toMinutes() >= amount;
    };
  }
}
