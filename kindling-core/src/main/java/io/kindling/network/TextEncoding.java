package io.kindling.network;

/**
 * How the texts of a column become the whole numbers of an {@link Input}. Whole numbers and
 * booleans of a column count as their decimal texts.
 *
 * <p>0 fills up where there is no text, as {@link Mask} expects it.
 */
public sealed interface TextEncoding extends Encoding permits Lookup, Hashing {

  /** How many different numbers there are, from 0 up: the vocabulary of an {@link Embedding}. */
  int size();

  /** What numbers texts become; belongs to one thread. */
  Encoder newEncoder();

  /** One encoding at work. */
  interface Encoder {
    int encode(String text);
  }
}
