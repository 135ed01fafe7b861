package io.kindling.spark.event;

/** Does nothing. */
record SilentCallback() implements TrainingCallback {
  private static final long serialVersionUID = 1;
}
