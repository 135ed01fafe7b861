package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/**
 * How a column becomes the numbers of an {@link Input} where it does not hold them as they are, so
 * that a model takes columns as they stand in tables.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Lookup.class, name = "lookup"),
  @JsonSubTypes.Type(value = Hashing.class, name = "hashing"),
  @JsonSubTypes.Type(value = NonZeros.class, name = "non_zeros"),
  @JsonSubTypes.Type(value = Presence.class, name = "presence")
})
public sealed interface Encoding extends Serializable permits TextEncoding, NonZeros, Presence {}
