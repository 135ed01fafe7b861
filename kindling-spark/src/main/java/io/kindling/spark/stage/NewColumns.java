package io.kindling.spark.stage;

import io.kindling.network.Network;
import io.kindling.spark.scoring.OutputColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A schema with the columns a model adds behind it. */
final class NewColumns {

  private NewColumns() {}

  /**
   * The schema with the new columns at its end.
   *
   * @param check of the columns that are read
   * @throws IllegalArgumentException with what the check complains of and every column that is
   *     there already
   */
  static StructType behind(
      StructType schema,
      String stage,
      List<OutputColumn> outputs,
      Network network,
      Runnable check) {
    Mismatches.refuseAny(check, () -> behind(schema, stage, outputs, network));
    return behind(schema, stage, outputs, network);
  }

  private static StructType behind(
      StructType schema, String stage, List<OutputColumn> outputs, Network network) {
    List<String> taken = new ArrayList<>();
    StructType extended = schema;
    for (OutputColumn output : outputs) {
      if (Arrays.asList(extended.fieldNames()).contains(output.name())) {
        taken.add(output.name());
      }
      int size = network.outputs().get(output.output()).shape().size();
      extended =
          extended.add(
              new StructField(
                  output.name(), output.derived().type(size), false, output.metadata()));
    }
    if (!taken.isEmpty()) {
      throw new IllegalArgumentException(
          "The columns "
              + taken
              + " exist already. "
              + stage
              + " adds columns and never replaces one: drop them, or give its"
              + " output columns other names.");
    }
    return extended;
  }
}
