package io.kindling.spark.predict;

/** A row holds what a model's input does not take. Caught row by row. */
public final class BadValueException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * @param reason a sentence that begins with the column
   */
  public BadValueException(String reason) {
    // Thousands of rows may be marked; nobody looks at where their exceptions were made.
    super(reason, null, false, false);
  }
}
