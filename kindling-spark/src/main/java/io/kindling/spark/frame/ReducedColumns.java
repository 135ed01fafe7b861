package io.kindling.spark.frame;

import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.predict.BoundInput;
import io.kindling.spark.predict.BoundOutput;
import io.kindling.spark.predict.ModelColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a program reduces to one value each. For a column {@code x}, a program of blocks
 * reads {@code x_input} and gives {@code x}; a program of rows reads {@code x_1} and {@code x_2}
 * and gives {@code x}.
 *
 * @param names of the columns, in the order of the program's outputs
 * @param rows reads a frame's rows
 * @param partials reads results of earlier reductions
 */
record ReducedColumns(List<String> names, ModelColumns rows, ModelColumns partials)
    implements Serializable {

  private static final long serialVersionUID = 1;

  static String ofBlock(String column) {
    return column + "_input";
  }

  static String first(String column) {
    return column + "_1";
  }

  static String second(String column) {
    return column + "_2";
  }

  /**
   * Binds a program that reduces blocks. Columns that it does not name are none of its concern.
   *
   * @throws IllegalArgumentException naming every mismatch
   */
  static ReducedColumns ofBlocks(ModelSignature signature, StructType schema) {
    return of(signature, schema, true);
  }

  /**
   * Binds a program that reduces two rows to one.
   *
   * @throws IllegalArgumentException naming every mismatch
   */
  static ReducedColumns ofRows(ModelSignature signature, StructType schema) {
    return of(signature, schema, false);
  }

  private static ReducedColumns of(ModelSignature signature, StructType schema, boolean isBlock) {
    List<String> mismatches = new ArrayList<>();
    requireNames(signature, schema, isBlock, mismatches);
    if (mismatches.isEmpty()) {
      requireTypes(signature, schema, isBlock, mismatches);
    }
    List<BoundInput> rows = new ArrayList<>();
    List<BoundInput> partials = new ArrayList<>();
    List<BoundOutput> outputs = new ArrayList<>();
    List<String> names = signature.outputNames();
    ProgramInputs inputs = new ProgramInputs(schema, isBlock, Set.of(), mismatches);
    for (int i = 0; mismatches.isEmpty() && i < names.size(); i++) {
      String name = names.get(i);
      for (String input : isBlock ? List.of(ofBlock(name)) : List.of(first(name), second(name))) {
        inputs.bind(signature.input(input), name).ifPresent(rows::add);
      }
      outputs.add(MappedColumns.output(signature.output(name), name, false, Set.of()));
    }
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", mismatches));
    }
    for (BoundInput row : rows) {
      int place = names.indexOf(row.column());
      partials.add(
          new BoundInput(
              row.column(),
              place,
              outputs.get(place).dataType(),
              row.input(),
              row.type(),
              row.rowShape()));
    }
    return new ReducedColumns(
        names,
        columns(signature, rows, outputs, isBlock),
        columns(signature, partials, outputs, isBlock));
  }

  private static ModelColumns columns(
      ModelSignature signature,
      List<BoundInput> inputs,
      List<BoundOutput> outputs,
      boolean isBlock) {
    return new ModelColumns(
        signature.name(), inputs, outputs, isBlock, 0, BadRowPolicy.FAIL, null, false);
  }

  private static void requireNames(
      ModelSignature signature, StructType schema, boolean isBlock, List<String> mismatches) {
    Set<String> columns = new TreeSet<>(Arrays.asList(schema.fieldNames()));
    Set<String> outputs = new TreeSet<>(signature.outputNames());
    Set<String> needed = new TreeSet<>();
    for (String name : outputs) {
      needed.addAll(isBlock ? List.of(ofBlock(name)) : List.of(first(name), second(name)));
    }
    Set<String> inputs = new TreeSet<>(signature.inputs().stream().map(TensorType::name).toList());
    report("extra outputs %s, which are no columns", without(outputs, columns), mismatches);
    if (!isBlock) {
      report("missing outputs %s, which are columns", without(columns, outputs), mismatches);
    }
    report("extra inputs %s", without(inputs, needed), mismatches);
    report("missing inputs %s", without(needed, inputs), mismatches);
    if (!mismatches.isEmpty()) {
      String found = String.join("; ", mismatches);
      mismatches.clear();
      mismatches.add(
          "The program does not reduce these columns: %s. It reads %s and gives %s; the columns are %s. For each output x that is a column, it reads %s."
              .formatted(
                  found,
                  signature.inputs(),
                  signature.outputs(),
                  columns,
                  isBlock
                      ? "a block of them as x_input"
                      : "two values as x_1 and x_2; select the columns to reduce"));
    }
  }

  private static Set<String> without(Set<String> all, Set<String> others) {
    Set<String> left = new TreeSet<>(all);
    left.removeAll(others);
    return left;
  }

  private static void report(String what, Set<String> names, List<String> mismatches) {
    if (!names.isEmpty()) {
      mismatches.add(what.formatted(names));
    }
  }

  private static void requireTypes(
      ModelSignature signature, StructType schema, boolean isBlock, List<String> mismatches) {
    for (TensorType output : signature.outputs()) {
      TensorType input = signature.input(isBlock ? ofBlock(output.name()) : first(output.name()));
      StructField field = schema.apply(output.name());
      if (input.type() != output.type()) {
        mismatches.add(
            "Output %s has elements of another type than input %s and column '%s' of type %s. A reduction gives what it takes: cast in the program."
                .formatted(output, input, field.name(), field.dataType().catalogString()));
      } else if (!isOneOf(output, input, isBlock)) {
        mismatches.add(
            "Output %s is not shaped like one row of input %s. A reduction gives a value like those it takes."
                .formatted(output, input));
      }
    }
  }

  private static boolean isOneOf(TensorType output, TensorType input, boolean isBlock) {
    if (output.dimensions().isEmpty() || input.dimensions().isEmpty()) {
      return output.dimensions().isPresent();
    }
    List<Long> taken = input.dimensions().get();
    if (isBlock && taken.isEmpty()) {
      return false;
    }
    List<Long> cell = isBlock ? taken.subList(1, taken.size()) : taken;
    List<Long> given = output.dimensions().get();
    boolean fits = given.size() == cell.size();
    for (int i = 0; fits && i < cell.size(); i++) {
      fits = given.get(i) < 0 || cell.get(i) < 0 || given.get(i).equals(cell.get(i));
    }
    return fits;
  }

  /** The same for rows of these columns. */
  ReducedColumns over(StructType schema) {
    List<BoundInput> moved =
        rows.inputs().stream()
            .map(
                each ->
                    new BoundInput(
                        each.column(),
                        schema.fieldIndex(each.column()),
                        each.dataType(),
                        each.input(),
                        each.type(),
                        each.rowShape()))
            .toList();
    ModelColumns read =
        new ModelColumns(
            rows.signature(),
            moved,
            rows.outputs(),
            rows.hasRowAxis(),
            0,
            BadRowPolicy.FAIL,
            null,
            false);
    return new ReducedColumns(names, read, partials);
  }

  /** A frame's columns as results, with their shapes. */
  List<StructField> made(StructType schema) {
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      StructField field = schema.apply(names.get(i));
      Metadata metadata =
          TensorColumn.of(field)
              .map(TensorColumn::ofAnyRows)
              .map(column -> column.in(field.metadata()))
              .orElse(field.metadata());
      fields.add(new StructField(field.name(), rows.outputs().get(i).dataType(), true, metadata));
    }
    return fields;
  }
}
