package io.kindling.cli.grammar;

/** A document breaks its rules; the message has a line for each mistake. */
public final class InvalidDocumentException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  public InvalidDocumentException(String message) {
    super(message);
  }
}
