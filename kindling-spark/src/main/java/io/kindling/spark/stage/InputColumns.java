package io.kindling.spark.stage;

import io.kindling.network.Network;
import io.kindling.network.NonZeros;
import io.kindling.network.Presence;
import io.kindling.network.TextEncoding;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.input.NullPolicy;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a network reads of a table, as a stage's params say now; the same for an estimator and its
 * model.
 *
 * @param columns one per input that has a column of its own, in the network's order
 */
record InputColumns(Network network, List<String> columns, InputPolicies policies) {

  InputColumns {
    List<String> mismatches = new ArrayList<>();
    Set<String> strangers = policies.named();
    columns.forEach(strangers::remove);
    if (!strangers.isEmpty()) {
      mismatches.add(
          "The policies for nulls and lengths name columns "
              + strangers
              + " that are not read. Columns read are "
              + columns
              + ".");
    }
    List<TensorSpec> own = ownInputs(network);
    for (int i = 0; i < columns.size(); i++) {
      String input = own.get(i).name();
      if (network.encodings().get(input) instanceof TextEncoding
          && policies.wantsMoreOfTexts(columns.get(i))) {
        mismatches.add(
            "Column '"
                + columns.get(i)
                + "' holds texts: a null counts as no text, and sequences are cut and filled up at"
                + " their end. Only the null policy drop can be chosen for it.");
      }
      if (policies.nullsOf(columns.get(i)) == NullPolicy.MASK && !hasPresence(network, input)) {
        mismatches.add(
            "The network cannot be told where column '"
                + columns.get(i)
                + "' is null (null policy mask). Give it an input Input.presenceOf(…) of '"
                + input
                + "', or choose another policy.");
      }
    }
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", mismatches));
    }
  }

  /** The inputs that have a column of their own. */
  static List<TensorSpec> ownInputs(Network network) {
    return network.inputs().stream()
        .filter(input -> !(network.encodings().get(input.name()) instanceof Presence))
        .toList();
  }

  /** Elements of the column that feeds a network's first input. */
  static int elements(Network network) {
    TensorSpec input = ownInputs(network).get(0);
    return network.encodings().get(input.name()) instanceof NonZeros vectors
        ? vectors.size()
        : input.shape().size();
  }

  private static boolean hasPresence(Network network, String input) {
    return network.encodings().containsValue(new Presence(input));
  }

  /** What feeds each input of the network, in its order. */
  List<ColumnInput> inputs() {
    List<String> own = ownInputs(network).stream().map(TensorSpec::name).toList();
    List<ColumnInput> inputs = new ArrayList<>();
    for (TensorSpec input : network.inputs()) {
      String source =
          network.encodings().get(input.name()) instanceof Presence presence
              ? presence.of()
              : input.name();
      String column = columns.get(own.indexOf(source));
      inputs.add(
          ColumnInput.of(column, input, network)
              .with(policies.nullsOf(column), policies.lengthsOf(column)));
    }
    return inputs;
  }

  /** The rows without those that are left out for a null. */
  Dataset<Row> withoutDropped(Dataset<?> rows) {
    Dataset<Row> kept = rows.toDF();
    for (String column : columns) {
      if (policies.nullsOf(column) == NullPolicy.DROP) {
        kept = kept.where(ColumnBinding.holdsNoNull(rows.schema(), column));
      }
    }
    return kept;
  }
}
