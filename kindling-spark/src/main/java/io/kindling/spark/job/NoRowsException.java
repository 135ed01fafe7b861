package io.kindling.spark.job;

/** A table has no row to train on, once rows for validation and rows that are dropped are gone. */
public final class NoRowsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  NoRowsException(String message) {
    super(message);
  }
}
