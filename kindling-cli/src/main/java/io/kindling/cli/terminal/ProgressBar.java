package io.kindling.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Shows how far a training is: on a terminal one line that is drawn anew in place, elsewhere one
 * line per epoch.
 *
 * <p>Several workers may report from their own threads.
 */
public final class ProgressBar implements AutoCloseable {

  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

  private final Plan plan;
  private final PrintStream out;
  private final Terminal terminal;
  private final LongSupplier nanoClock;
  private final ProgressLine line;
  private final Pace pace = new Pace();

  private OptionalDouble loss = OptionalDouble.empty();
  private Optional<ProgressState.Reading> metric = Optional.empty();
  private int shownLength;
  private long shownAtNanos;

  /**
   * What is ahead.
   *
   * @param steps steps of an epoch
   * @param rows rows of an epoch
   * @param stepsBefore steps over all epochs that an earlier run has done, when this run resumes it
   */
  public record Plan(int epochs, long steps, long rows, long stepsBefore) {

    /** Returns the plan of a training that starts from nothing. */
    public static Plan of(int epochs, long steps, long rows) {
      return new Plan(epochs, steps, rows, 0);
    }
  }

  /**
   * @param out borrowed; not closed
   * @param nanoClock tells the time in nanoseconds, as {@link System#nanoTime()} does
   */
  public ProgressBar(Plan plan, PrintStream out, Terminal terminal, LongSupplier nanoClock) {
    this.plan = plan;
    this.out = out;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
    this.line = new ProgressLine(terminal);
    this.shownAtNanos = nanoClock.getAsLong() - REDRAW_NANOS;
    pace.after(nanoClock.getAsLong(), plan.stepsBefore());
  }

  /** Returns the line that shows {@code state} on this terminal. */
  public String line(ProgressState state) {
    return line.line(state);
  }

  /**
   * Tells that a step is done.
   *
   * @param epoch from 1
   * @param step steps done in this epoch
   */
  public synchronized void stepped(int epoch, long step, double stepLoss) {
    long now = nanoClock.getAsLong();
    OptionalDouble stepsPerSecond = pace.after(now, (epoch - 1) * plan.steps() + step);
    loss = OptionalDouble.of(stepLoss);

    boolean isDue = now - shownAtNanos >= REDRAW_NANOS || step == plan.steps();
    if (terminal.kind() == Terminal.Kind.INTERACTIVE && isDue) {
      show(line(state(epoch, step, stepsPerSecond)));
      shownAtNanos = now;
    }
  }

  /** Tells that an epoch is done, and what it came to; prints a line that stays. */
  public synchronized void epochEnded(int epoch, String summary) {
    clear();
    int digits = Integer.toString(plan.epochs()).length();
    String number = " ".repeat(digits - Integer.toString(epoch).length()) + epoch;
    out.println("epoch " + number + "/" + plan.epochs() + "  " + summary);
    out.flush();
  }

  /** Shows {@code value} from the next drawing on. */
  public synchronized void measured(String name, double value) {
    metric = Optional.of(new ProgressState.Reading(name, value));
  }

  /** Prints a line that stays above the bar. */
  public synchronized void say(String sentence) {
    clear();
    out.println(sentence);
    out.flush();
  }

  /** Leaves the terminal at the start of an empty line. */
  @Override
  public synchronized void close() {
    clear();
    out.flush();
  }

  private ProgressState state(int epoch, long step, OptionalDouble stepsPerSecond) {
    if (stepsPerSecond.isEmpty()) {
      return new ProgressState(
          epoch,
          plan.epochs(),
          step,
          plan.steps(),
          loss,
          metric,
          OptionalDouble.empty(),
          Optional.empty());
    }

    double speed = stepsPerSecond.getAsDouble();
    long stepsLeft = (plan.epochs() - epoch) * plan.steps() + plan.steps() - step;
    return new ProgressState(
        epoch,
        plan.epochs(),
        step,
        plan.steps(),
        loss,
        metric,
        OptionalDouble.of(speed * plan.rows() / plan.steps()),
        Optional.of(Duration.ofSeconds(Math.round(stepsLeft / speed))));
  }

  private void show(String text) {
    out.print("\r" + text + " ".repeat(Math.max(0, shownLength - text.length())));
    out.flush();
    shownLength = text.length();
  }

  private void clear() {
    if (shownLength > 0) {
      out.print("\r" + " ".repeat(shownLength) + "\r");
      shownLength = 0;
    }
  }
}
