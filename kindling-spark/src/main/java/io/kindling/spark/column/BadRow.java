package io.kindling.spark.column;

import org.apache.spark.TaskContext;

/**
 * The sentences about a row that cannot be read: which column, which row, and what to do.
 *
 * @param hasPolicies whether the stage has policies for what is missing in the column
 */
record BadRow(String owner, String column, int size, String tensor, boolean hasPolicies) {

  IllegalArgumentException isNull(long row) {
    return error(
        " is null",
        row,
        owner + " needs a value in every row.",
        "Drop such rows first, for example with na().drop(), or fill them, for example with Imputer"
            + (hasPolicies ? ", or setNullPolicy." : "."));
  }

  IllegalArgumentException hasNull(long row, long element) {
    return error(
        " has null at element " + element,
        row,
        owner + " needs a number in every element.",
        "Filter such rows out, or replace the null with transform(column, x -> coalesce(x, 0))"
            + (hasPolicies ? ", or setNullPolicy." : "."));
  }

  IllegalArgumentException hasLength(long row, long length) {
    return error(
        " has " + length + " elements",
        row,
        owner + " needs " + size + " for tensor '" + tensor + "'.",
        "Filter out or pad such rows, or give the network's input their length"
            + (hasPolicies ? ", or, for arrays, setLengthPolicy." : "."));
  }

  IllegalArgumentException hasValue(long row, String value, String needs) {
    return error(
        " is " + value,
        row,
        owner + " needs " + needs + ".",
        "Filter such rows out, or correct the column.");
  }

  private IllegalArgumentException error(String what, long row, String why, String how) {
    return new IllegalArgumentException(
        "Column '%s'%s in row %d of partition %d. %s %s"
            .formatted(column, what, row, TaskContext.getPartitionId(), why, how));
  }
}
