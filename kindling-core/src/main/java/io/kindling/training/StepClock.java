package io.kindling.training;

import java.util.EnumMap;
import java.util.Map;

/**
 * Measures what the training thread does with its time: whoever begins an activity says so, which
 * ends the one before. One reading of the system's clock per activity, some 30 ns.
 *
 * <p>One thread writes; any thread may ask for the {@link #current} activity.
 */
public final class StepClock {

  /** Hears, on the training thread, what is begun. Whatever it throws ends the training. */
  @FunctionalInterface
  public interface Listener {
    void began(Activity activity);
  }

  private final Listener listener;
  private Map<Activity, Long> nanos = new EnumMap<>(Activity.class);
  private volatile Activity current = Activity.STARTING;
  private long since = System.nanoTime();

  public StepClock() {
    this(activity -> {});
  }

  public StepClock(Listener listener) {
    this.listener = listener;
  }

  /** Ends the activity so far and begins another. */
  public void begin(Activity activity) {
    count();
    current = activity;
    listener.began(activity);
  }

  private void count() {
    long now = System.nanoTime();
    nanos.merge(current, now - since, Long::sum);
    since = now;
  }

  /** What the training thread does now. */
  public Activity current() {
    return current;
  }

  /** Nanoseconds per activity since the last call; for the training thread. */
  public Map<Activity, Long> take() {
    count();
    Map<Activity, Long> taken = nanos;
    nanos = new EnumMap<>(Activity.class);
    return taken;
  }
}
