package io.kindling.spark.scoring;

import java.io.Serializable;
import org.apache.spark.sql.types.Metadata;

/**
 * A new column: its name, which of the network's outputs it comes from, and what becomes of it.
 *
 * @param output the output's place among the network's outputs
 * @param metadata what Spark ML is told about the column, such as its number of classes
 */
public record OutputColumn(String name, int output, Derived derived, Metadata metadata)
    implements Serializable {

  public static OutputColumn of(String name, int output, Derived derived) {
    return new OutputColumn(name, output, derived, Metadata.empty());
  }
}
