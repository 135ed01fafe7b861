package io.kindling.spark.frame;

import io.kindling.predict.TensorType;
import io.kindling.predict.ValueType;
import io.kindling.spark.predict.BoundInput;
import io.kindling.spark.predict.Elements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Binds a program's inputs to the columns of a schema, and collects all that does not fit.
 *
 * @param isBlock whether the first dimension of inputs counts rows
 * @param casts columns whose numbers may become others
 */
record ProgramInputs(
    StructType schema, boolean isBlock, Set<String> casts, List<String> mismatches) {

  /** The column as the input's rows; empty where it does not fit. */
  Optional<BoundInput> bind(TensorType input, String column) {
    int ordinal = Arrays.asList(schema.fieldNames()).indexOf(column);
    if (ordinal < 0) {
      mismatches.add(
          "Input %s has no column '%s'. The columns are %s; feed it with another: withInput(\"%s\", column)."
              .formatted(input, column, Arrays.toString(schema.fieldNames()), input.name()));
      return Optional.empty();
    }
    StructField field = schema.apply(ordinal);
    Optional<List<Long>> cell = cell(input);
    if (input.dimensions().isPresent() && cell.isEmpty()) {
      return refuse(
          "Input %s is a single value without a dimension for rows. Call the program row by row: mapRows."
              .formatted(input));
    }
    BoundInput bound =
        new BoundInput(
            column, ordinal, field.dataType(), input.name(), input.type(), cell.orElse(null));
    if (input.type() == ValueType.FLOAT16 || !takes(bound)) {
      return refuse(typeMismatch(field, bound, input));
    }
    Optional<TensorColumn> known = TensorColumn.of(field);
    if (known.isPresent() && cell.isPresent() && !isAsPrecise(known.get().cell(), cell.get())) {
      return refuse(shapeMismatch(known.get(), bound, input));
    }
    return Optional.of(bound);
  }

  private Optional<List<Long>> cell(TensorType input) {
    return isBlock
        ? input
            .dimensions()
            .filter(all -> !all.isEmpty())
            .map(all -> List.copyOf(all.subList(1, all.size())))
        : input.dimensions();
  }

  private Optional<BoundInput> refuse(String mismatch) {
    mismatches.add(mismatch);
    return Optional.empty();
  }

  private boolean takes(BoundInput bound) {
    return Elements.isSame(bound.leaf(), bound.type())
        || (casts.contains(bound.column()) && Elements.isCastable(bound.leaf(), bound.type()));
  }

  private static String typeMismatch(StructField field, BoundInput bound, TensorType input) {
    String has =
        "Input %s cannot read column '%s' of type %s, which is %s. "
            .formatted(
                input, field.name(), field.dataType().catalogString(), TensorColumn.text(field));
    return Elements.isCastable(bound.leaf(), input.type())
        ? has + "Nothing is cast unless you say so: withCast(\"" + field.name() + "\")."
        : has + "Give the input the column's type, or make another column.";
  }

  /** Whether all that is asked of a shape is known of it. */
  static boolean isAsPrecise(List<Long> known, List<Long> asked) {
    if (known.size() != asked.size()) {
      return false;
    }
    for (int i = 0; i < known.size(); i++) {
      if (asked.get(i) >= 0 && !asked.get(i).equals(known.get(i))) {
        return false;
      }
    }
    return true;
  }

  private String shapeMismatch(TensorColumn column, BoundInput bound, TensorType input) {
    boolean isUnknown = column.cell().size() == bound.rowShape().size();
    for (int i = 0; isUnknown && i < column.cell().size(); i++) {
      isUnknown =
          column.cell().get(i) < 0
              || bound.rowShape().get(i) < 0
              || column.cell().get(i).equals(bound.rowShape().get(i));
    }
    return "Input %s does not fit column '%s', whose %s have shape %s. "
            .formatted(
                input,
                column.name(),
                isBlock ? "blocks" : "rows",
                TensorColumn.text(isBlock ? column.ofAnyRows().shape() : column.cell()))
        + (isUnknown
            ? "Not enough is known of the column: call analyze(), or state its shape with appendShape(\"%s\", …)."
                .formatted(column.name())
            : "Give the input the column's shape, or nest the column's arrays as the input has dimensions.");
  }

  /** Adds what is said of casts and feeds that nothing reads. */
  void requireKnown(TensorProgram program, List<TensorType> inputs, List<TensorType> outputs) {
    List<String> taken = inputs.stream().map(TensorType::name).toList();
    List<String> given = outputs.stream().map(TensorType::name).toList();
    List<String> unknown = new ArrayList<>(program.inputs().keySet());
    unknown.removeAll(taken);
    if (!unknown.isEmpty()) {
      mismatches.add("The program has no inputs %s. It has %s.".formatted(unknown, inputs));
    }
    List<String> unmade = new ArrayList<>(program.outputs().keySet());
    unmade.removeAll(given);
    if (!unmade.isEmpty()) {
      mismatches.add("The program has no outputs %s. It has %s.".formatted(unmade, outputs));
    }
  }
}
