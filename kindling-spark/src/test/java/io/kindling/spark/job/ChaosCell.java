package io.kindling.spark.job;

import io.kindling.training.Activity;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.Strategy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One fault in one phase of a training; the seed draws the step and the rank it strikes. */
record ChaosCell(Fault fault, Phase phase, long seed, Way way) implements Serializable {

  private static final long serialVersionUID = 1;

  /** How its workers agree. */
  enum Way {
    ALL_REDUCED,
    LOCAL,
    SERVED,
    SERVED_BY_DRIVER;

    Strategy strategy() {
      return switch (this) {
        case ALL_REDUCED -> Strategy.allReduced();
        case LOCAL -> Strategy.localSgd(4);
        case SERVED -> Served.of(Exchange.GRADIENTS, 1).agreeingEvery(10);
        case SERVED_BY_DRIVER -> Served.of(Exchange.GRADIENTS, 1).agreeingEvery(10).onDriver();
      };
    }

    boolean givesTheSameBits() {
      return this == ALL_REDUCED || this == LOCAL;
    }
  }

  /** Of a training. */
  enum Phase {
    RENDEZVOUS(Activity.JOINING),
    FEEDING(Activity.FEEDING),
    REDUCE(Activity.EXCHANGING),
    UPDATE(Activity.UPDATING),
    CHECKPOINT(Activity.CHECKPOINTING),
    LAST_STEP(Activity.EXCHANGING);

    final Activity activity;

    Phase(Activity activity) {
      this.activity = activity;
    }
  }

  static List<ChaosCell> all(Way way, long... seeds) {
    List<ChaosCell> cells = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      for (Fault fault : Fault.values()) {
        for (long seed : seeds) {
          cells.add(new ChaosCell(fault, phase, seed, way));
        }
      }
    }
    return cells;
  }

  /** The rank that is struck; only rank 0 makes checkpoints. */
  int rank(int workers) {
    return phase == Phase.CHECKPOINT || fault == Fault.DISK_FULL ? 0 : random().nextInt(workers);
  }

  /** Steps done when it strikes, or the first chance after them. */
  long step(long steps) {
    return switch (phase) {
      case RENDEZVOUS -> 0;
      case LAST_STEP -> steps - 1;
      case CHECKPOINT -> random().nextLong(5, steps / 2); // so that another is due behind it
      default -> random().nextLong(5, steps - 5);
    };
  }

  private SplittableRandom random() {
    return new SplittableRandom(31 * seed + (fault + " in " + phase).hashCode());
  }

  @Override
  public String toString() {
    return fault + " in " + phase + ", seed " + seed + (way == Way.ALL_REDUCED ? "" : ", " + way);
  }
}
