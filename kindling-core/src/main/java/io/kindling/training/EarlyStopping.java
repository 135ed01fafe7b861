package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * When training ends before its last epoch, and with which parameters. Prechelt, <i>Early Stopping
 * — But When?</i>, 1998: it ends once the loss has not become less for {@code patience} epochs, and
 * goes back to the epoch with the lowest. The loss is that of the validation where there is one,
 * else of the training.
 *
 * @param patience epochs without improvement after which training ends; 0 for never: training goes
 *     to its last epoch and keeps what it has then
 * @param minImprovement by how much the loss has to become less to count as improvement; 0 or more
 */
public record EarlyStopping(
    @JsonProperty("patience") int patience, @JsonProperty("minImprovement") double minImprovement) {

  /** Training goes to its last epoch. */
  public static final EarlyStopping NEVER = new EarlyStopping(0, 0);

  public EarlyStopping {
    if (patience < 0) {
      throw new IllegalArgumentException(
          "Invalid patience " + patience + ". Use at least 1 epoch, or 0 for no early stopping.");
    }
    if (!(minImprovement >= 0 && Double.isFinite(minImprovement))) {
      throw new IllegalArgumentException(
          "Invalid minimal improvement " + minImprovement + ". Use 0 or more.");
    }
  }

  /** After so many epochs without any improvement. */
  public static EarlyStopping after(int patience) {
    return new EarlyStopping(patience, 0);
  }

  /** Whether the best epoch is looked for at all. */
  boolean isOn() {
    return patience > 0;
  }
}
