package io.kindling.training;

import java.util.List;

/**
 * How training went.
 *
 * @param epochs one report per pass
 * @param stepLosses the loss of every step, mean over its rows
 */
public record History(List<EpochReport> epochs, float[] stepLosses) {

  public History {
    epochs = List.copyOf(epochs);
  }

  /** The last pass. */
  public EpochReport last() {
    return epochs.get(epochs.size() - 1);
  }
}
