package io.kindling.spark.column;

import io.kindling.network.Encoding;
import io.kindling.network.Network;
import io.kindling.spark.input.LengthPolicy;
import io.kindling.spark.input.NullPolicy;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * A wish for {@link ColumnBinding}: this column feeds this tensor.
 *
 * @param column the column's name
 * @param classes numbers from 0 up that the values may be; 0 where others may be
 * @param accepted which numbers the column may hold
 * @param encoding how the column becomes numbers; empty where it holds them
 * @param nulls what becomes of nulls
 * @param lengths what becomes of arrays of another length
 */
public record ColumnInput(
    String column,
    TensorSpec tensor,
    int classes,
    Accepted accepted,
    Optional<Encoding> encoding,
    NullPolicy nulls,
    LengthPolicy lengths) {

  private static ColumnInput ofNumbers(
      String column, TensorSpec tensor, int classes, Accepted accepted) {
    return new ColumnInput(
        column, tensor, classes, accepted, Optional.empty(), NullPolicy.FAIL, LengthPolicy.FAIL);
  }

  /** Any numbers; NaN passes through, as the network may know what to do with it. */
  public static ColumnInput of(String column, TensorSpec tensor) {
    return ofNumbers(column, tensor, 0, Accepted.ANY);
  }

  /** What an input of a network takes: any numbers, or what its encoding makes numbers of. */
  public static ColumnInput of(String column, TensorSpec tensor, Network network) {
    return new ColumnInput(
        column,
        tensor,
        0,
        Accepted.ANY,
        Optional.ofNullable(network.encodings().get(tensor.name())),
        NullPolicy.FAIL,
        LengthPolicy.FAIL);
  }

  /** Numbers to be learned: NaN and infinity are refused, since one of them ruins a training. */
  public static ColumnInput target(String column, TensorSpec tensor) {
    return ofNumbers(column, tensor, 0, Accepted.FINITE);
  }

  /** Answers of yes and no: numbers from 0 to 1. */
  public static ColumnInput share(String column, TensorSpec tensor) {
    return ofNumbers(column, tensor, 0, Accepted.SHARE);
  }

  /** Labels: whole numbers from 0 to {@code classes - 1}. */
  public static ColumnInput label(String column, TensorSpec tensor, int classes) {
    return ofNumbers(column, tensor, classes, Accepted.FINITE);
  }

  /** Weights of rows: numbers of 0 or more. */
  public static ColumnInput weight(String column, TensorSpec tensor) {
    return ofNumbers(column, tensor, 0, Accepted.NOT_NEGATIVE);
  }

  /** The same wish with policies for nulls and lengths. */
  public ColumnInput with(NullPolicy nulls, LengthPolicy lengths) {
    return new ColumnInput(column, tensor, classes, accepted, encoding, nulls, lengths);
  }
}
