package io.kindling.spark.frame;

import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.predict.BoundInput;
import io.kindling.spark.predict.BoundOutput;
import io.kindling.spark.predict.ModelColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a program reads and makes.
 *
 * @param columns as rows are run
 * @param made the new columns, sorted by name, with their shapes
 */
record MappedColumns(ModelColumns columns, List<StructField> made) {

  /** How a program is called for the rows of a frame. */
  enum Call {
    /** A block of rows at once; gives a value for each. */
    BLOCKS,
    /** A block of rows at once; gives any number of rows in their place. */
    TRIMMED,
    /** A row at once. */
    ROWS
  }

  /**
   * Binds a program to a frame's columns.
   *
   * @throws IllegalArgumentException naming every mismatch
   */
  static MappedColumns of(
      TensorProgram program,
      ModelSignature signature,
      StructType schema,
      Call call,
      BadRowPolicy badRows,
      String reason) {
    List<String> mismatches = new ArrayList<>();
    boolean isBlock = call != Call.ROWS;
    ProgramInputs inputs = new ProgramInputs(schema, isBlock, program.casts(), mismatches);
    inputs.requireKnown(program, signature.inputs(), signature.outputs());
    List<BoundInput> bound = new ArrayList<>();
    for (TensorType input : signature.inputs()) {
      String column = program.inputs().getOrDefault(input.name(), input.name());
      inputs.bind(input, column).ifPresent(bound::add);
      requireFreeRows(input, isBlock, mismatches);
    }
    if (bound.isEmpty() && mismatches.isEmpty()) {
      mismatches.add("The program reads no column. Have its outputs depend on one.");
    }
    List<BoundOutput> outputs = new ArrayList<>();
    List<StructField> made = new ArrayList<>();
    List<TensorType> sorted = new ArrayList<>(signature.outputs());
    sorted.sort(Comparator.comparing(output -> column(program, output)));
    for (TensorType output : sorted) {
      if (isBlock && output.dimensions().isPresent() && output.dimensions().get().isEmpty()) {
        mismatches.add(
            "Output %s is a single value without a dimension for rows. Call the program row by row, mapRows, or give the output as many rows as the block has."
                .formatted(output));
        continue;
      }
      BoundOutput each = output(output, column(program, output), isBlock, program.binaries());
      outputs.add(each);
      made.add(field(each, output, isBlock, call != Call.TRIMMED && badRows == BadRowPolicy.MARK));
    }
    if (badRows == BadRowPolicy.MARK) {
      made.add(DataTypes.createStructField(reason, DataTypes.StringType, true));
    }
    requireFree(schema, made, call, mismatches);
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", mismatches));
    }
    ModelColumns columns =
        new ModelColumns(
            signature.name(),
            bound,
            outputs,
            isBlock,
            isBlock ? 0 : 1,
            badRows,
            badRows == BadRowPolicy.MARK ? reason : null,
            false);
    return new MappedColumns(columns, made);
  }

  private static String column(TensorProgram program, TensorType output) {
    return program.outputs().getOrDefault(output.name(), output.name());
  }

  private static void requireFreeRows(TensorType input, boolean isBlock, List<String> mismatches) {
    if (isBlock && !input.hasFreeRows()) {
      mismatches.add(
          "Input %s takes blocks of one number of rows only. Leave its first dimension free."
              .formatted(input));
    }
  }

  static BoundOutput output(
      TensorType output, String column, boolean isBlock, Set<String> binaries) {
    int rank = output.dimensions().map(all -> all.size() - (isBlock ? 1 : 0)).orElse(-1);
    return new BoundOutput(output.name(), column, output.type(), rank, binaries.contains(column));
  }

  private static StructField field(
      BoundOutput bound, TensorType output, boolean isBlock, boolean mayBeNull) {
    List<Long> shape = new ArrayList<>(List.of(TensorType.FREE));
    List<Long> dimensions = output.dimensions().orElse(List.of(TensorType.FREE));
    shape.addAll(
        isBlock && output.dimensions().isPresent()
            ? dimensions.subList(1, dimensions.size())
            : dimensions);
    Metadata metadata = new TensorColumn(bound.column(), output.type(), shape).in(Metadata.empty());
    return new StructField(bound.column(), bound.dataType(), mayBeNull, metadata);
  }

  private static void requireFree(
      StructType schema, List<StructField> made, Call call, List<String> mismatches) {
    Set<String> taken = new HashSet<>();
    if (call != Call.TRIMMED) {
      taken.addAll(Arrays.asList(schema.fieldNames()));
    }
    List<String> twice =
        made.stream().map(StructField::name).filter(name -> !taken.add(name)).toList();
    if (!twice.isEmpty()) {
      mismatches.add(
          "Columns %s exist already, among %s. A program adds columns and never replaces one: give its output another name, withOutput, or drop the column."
              .formatted(twice, Arrays.toString(schema.fieldNames())));
    }
  }
}
