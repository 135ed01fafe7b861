package io.kindling.cluster.rendezvous;

/**
 * How many workers may train together.
 *
 * @param least with fewer, training waits
 * @param wanted how many training waits for before it begins
 * @param most with more, the others are spares that wait
 */
public record WorldLimits(int least, int wanted, int most) {

  public WorldLimits {
    if (least < 1 || wanted < least || most < wanted) {
      throw new IllegalArgumentException(
          "Invalid numbers of workers: at least "
              + least
              + ", wanted "
              + wanted
              + ", at most "
              + most
              + ". Use 1 or more, none of them larger than the next.");
    }
  }

  /** Always the same number. */
  public static WorldLimits exactly(int workers) {
    return new WorldLimits(workers, workers, workers);
  }
}
