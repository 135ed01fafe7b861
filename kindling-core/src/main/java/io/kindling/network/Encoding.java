package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/**
 * How the texts of a column become the whole numbers of an {@link Input}, so that a model takes
 * columns as they are. Whole numbers and booleans of a column count as their decimal texts.
 *
 * <p>0 fills up where there is no text, as {@link Mask} expects it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Lookup.class, name = "lookup"),
  @JsonSubTypes.Type(value = Hashing.class, name = "hashing")
})
public sealed interface Encoding extends Serializable permits Lookup, Hashing {

  /** How many different numbers there are, from 0 up: the vocabulary of an {@link Embedding}. */
  int size();

  /** What numbers texts become; belongs to one thread. */
  Encoder newEncoder();

  /** One encoding at work. */
  interface Encoder {
    int encode(String text);
  }
}
