package io.kindling.predict;

import java.util.Locale;
import java.util.Objects;

/**
 * What the check of a model found.
 *
 * @param kind by which it is named in messages and reports
 * @param text one sentence or two: what, where, and how to mend it
 */
public record Finding(Kind kind, String text) {

  /** What is wrong, or worth knowing. */
  public enum Kind {
    /** The bytes are not what the format says: another format, or damaged. */
    CONTENT,
    /** The file ends before what it declares. */
    TRUNCATED,
    /** A declared length or size is more than there is, or more than the limits allow. */
    SIZE,
    /** Too many parts. */
    COUNT,
    /** Parts within parts, too deep; or functions that call themselves. */
    DEPTH,
    /** An operation outside of what a model needs to compute outputs of inputs. */
    OPERATION,
    /** A file outside of the model's folder, or one that is not there. */
    PATH,
    /** A shape or type that contradicts the values, or that cannot be scored. */
    SHAPE,
    /** A version that the engine does not read. */
    VERSION,
    /** Refuses nothing. */
    NOTE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(text, "text");
  }

  /** Whether a model with this finding is not loaded. */
  public boolean refuses() {
    return kind != Kind.NOTE;
  }

  /** A name out of a file, short enough for a message and without control characters. */
  public static String clipped(String name) {
    String printable = name.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= 120 ? printable : printable.substring(0, 120) + "…";
  }

  @Override
  public String toString() {
    return kind + ": " + text;
  }
}
