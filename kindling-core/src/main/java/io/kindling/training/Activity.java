package io.kindling.training;

/** What a worker does with its time. */
public enum Activity {
  /** Loads the engine and compiles the program. */
  STARTING("loading the engine"),
  /** Waits to be called, and for the others to be ready. */
  JOINING("joining"),
  /** Reads the shards of its rank. */
  READING("reading its shards"),
  /** Links to the other workers, and gets the state of one that is further. */
  LINKING("linking to the other workers"),
  /** Copies the rows of the step to where the engine reads them. */
  FEEDING("feeding"),
  /** Computes gradients. */
  COMPUTING("computing"),
  /** Exchanges gradients with the other workers, and waits for the slowest of them. */
  EXCHANGING("exchanging"),
  /** Takes the optimizer's step. */
  UPDATING("updating"),
  /** Scores the rows for validation. */
  VALIDATING("validating"),
  /** Copies the state for a checkpoint. */
  CHECKPOINTING("checkpointing"),
  /** Has done the plan and hands over its result. */
  FINISHING("finishing"),
  /** Anything else between two steps, such as callbacks. */
  OTHER("training");

  private final String words;

  Activity(String words) {
    this.words = words;
  }

  /** As it stands in messages. */
  @Override
  public String toString() {
    return words;
  }
}
