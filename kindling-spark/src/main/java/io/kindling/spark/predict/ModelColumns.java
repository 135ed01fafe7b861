package io.kindling.spark.predict;

import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.predict.ValueType;
import io.kindling.spark.input.BadRowPolicy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which columns feed a signature's inputs, and which new ones its outputs become. Checked once
 * against a schema, before any row is read; from then on it holds places and types only and travels
 * with the tasks.
 *
 * @param hasRowAxis whether the first dimension of inputs and outputs counts rows
 * @param rowsOfCall rows of every call, where the model says so; 0 where it takes any number
 * @param reason the column that says why a row has no outputs; null where there is none
 * @param passesNulls whether a row with a null has nulls for outputs, and is no bad row
 */
public record ModelColumns(
    String signature,
    List<BoundInput> inputs,
    List<BoundOutput> outputs,
    boolean hasRowAxis,
    int rowsOfCall,
    BadRowPolicy badRows,
    String reason,
    boolean passesNulls)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /**
   * What a stage wishes.
   *
   * @param inputs columns by input; an input that is not named is fed by the column of its name
   * @param outputs columns by output, in their order; all outputs under their own names where there
   *     are none
   * @param casts columns whose numbers may become others
   * @param paddings elements that fill up rows of columns, as texts
   * @param binaries new columns that hold strings as binary values
   * @param rowAxis whether the first dimension counts rows
   * @param reason name of the column for {@link BadRowPolicy#MARK}
   */
  public record Wish(
      Map<String, String> inputs,
      Map<String, String> outputs,
      Set<String> casts,
      Map<String, String> paddings,
      Set<String> binaries,
      boolean rowAxis,
      BadRowPolicy badRows,
      String reason) {

    /** All inputs and outputs under their own names. */
    static Wish casting(Set<String> casts) {
      return new Wish(Map.of(), Map.of(), casts, Map.of(), Set.of(), true, BadRowPolicy.FAIL, "");
    }
  }

  /**
   * Binds for new columns behind those of a table.
   *
   * @param owner whoever scores, as the subject of the sentences that say what is wrong
   * @throws IllegalArgumentException naming every mismatch
   */
  public static ModelColumns of(
      String owner, ModelSignature signature, StructType schema, Wish wish) {
    return bind(owner, signature, schema, wish, true);
  }

  /**
   * Binds for a call of a function: numbers are cast, outputs may have the names of arguments, and
   * a null among these makes the result null.
   */
  static ModelColumns ofCall(
      String owner, ModelSignature signature, StructType arguments, Set<String> casts) {
    return bind(owner, signature, arguments, Wish.casting(casts), false).passingNulls();
  }

  /** What a call gives, whatever its arguments. */
  static List<StructField> resultsOfCall(String owner, ModelSignature signature) {
    List<String> mismatches = new ArrayList<>();
    int rowsOfCall = rowsOfCall(signature, mismatches);
    List<BoundOutput> outputs = outputs(signature, Wish.casting(Set.of()), rowsOfCall, mismatches);
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(owner + ": " + String.join("\n", mismatches));
    }
    return outputs.stream()
        .map(each -> DataTypes.createStructField(each.column(), each.dataType(), true))
        .toList();
  }

  private static ModelColumns bind(
      String owner, ModelSignature signature, StructType schema, Wish wish, boolean adds) {
    List<String> mismatches = new ArrayList<>();
    requireKnown(wish.inputs().keySet(), "input", signature, mismatches);
    requireKnown(wish.outputs().keySet(), "output", signature, mismatches);
    List<BoundInput> inputs = new ArrayList<>();
    for (TensorType input : signature.inputs()) {
      bind(owner, input, schema, wish, mismatches).ifPresent(inputs::add);
    }
    requireRead(owner, "cast", wish.casts(), signature, wish, mismatches);
    requireRead(owner, "padded", wish.paddings().keySet(), signature, wish, mismatches);
    int rowsOfCall = wish.rowAxis() ? rowsOfCall(signature, mismatches) : 1;
    List<BoundOutput> outputs = outputs(signature, wish, rowsOfCall, mismatches);
    requireStrings(owner, outputs, wish, mismatches);
    if (adds) {
      requireFree(owner, schema, outputs, wish, mismatches);
    }
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", mismatches));
    }
    return new ModelColumns(
        signature.name(),
        List.copyOf(inputs),
        List.copyOf(outputs),
        wish.rowAxis(),
        rowsOfCall,
        wish.badRows(),
        wish.badRows() == BadRowPolicy.MARK ? wish.reason() : null,
        false);
  }

  /** The same where a row with a null has nulls for outputs. */
  private ModelColumns passingNulls() {
    return new ModelColumns(
        signature, inputs, outputs, hasRowAxis, rowsOfCall, badRows, reason, true);
  }

  /** The same for rows that have their columns so many places further behind. */
  ModelColumns behind(int places) {
    List<BoundInput> moved =
        inputs.stream()
            .map(
                each ->
                    new BoundInput(
                        each.column(),
                        each.ordinal() + places,
                        each.dataType(),
                        each.input(),
                        each.type(),
                        each.rowShape(),
                        each.padding()))
            .toList();
    return new ModelColumns(
        signature, moved, outputs, hasRowAxis, rowsOfCall, badRows, reason, passesNulls);
  }

  /** Whether a row has nulls for outputs without being scored. */
  boolean isPassed(InternalRow row) {
    if (passesNulls) {
      for (BoundInput input : inputs) {
        if (row.isNullAt(input.ordinal())) {
          return true;
        }
      }
    }
    return false;
  }

  private static void requireRead(
      String owner,
      String what,
      Set<String> columns,
      ModelSignature signature,
      Wish wish,
      List<String> mismatches) {
    Set<String> unread = new LinkedHashSet<>(columns);
    signature.inputs().forEach(input -> unread.remove(columnOf(input.name(), wish)));
    if (!unread.isEmpty()) {
      mismatches.add(
          "Columns %s are to be %s, but %s does not read them.".formatted(unread, what, owner));
    }
  }

  private static String columnOf(String input, Wish wish) {
    return wish.inputs().getOrDefault(input, input);
  }

  private static void requireKnown(
      Collection<String> names, String role, ModelSignature signature, List<String> mismatches) {
    List<String> known =
        (role.equals("input") ? signature.inputs() : signature.outputs())
            .stream().map(TensorType::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        mismatches.add(
            "Signature '%s' has no %s '%s'. It has %s."
                .formatted(signature.name(), role, name, known));
      }
    }
  }

  private static Optional<BoundInput> bind(
      String owner, TensorType input, StructType schema, Wish wish, List<String> mismatches) {
    String column = columnOf(input.name(), wish);
    int ordinal = Arrays.asList(schema.fieldNames()).indexOf(column);
    if (ordinal < 0) {
      mismatches.add(
          "Column '%s' is missing. %s reads it as %s. The columns are %s; name another with setInput."
              .formatted(column, owner, input, Arrays.toString(schema.fieldNames())));
      return Optional.empty();
    }
    Optional<List<Long>> rowShape = rowShape(input, wish.rowAxis());
    if (input.dimensions().isPresent() && rowShape.isEmpty()) {
      mismatches.add(
          "Input %s is a single value without a dimension for rows. Have the model called for one row at a time: setRowAxis(false)."
              .formatted(input));
      return Optional.empty();
    }
    BoundInput bound =
        new BoundInput(
            column,
            ordinal,
            schema.apply(ordinal).dataType(),
            input.name(),
            input.type(),
            rowShape.orElse(null),
            wish.paddings().get(column));
    Optional<String> mismatch =
        mismatch(owner, bound, input, wish.casts().contains(column))
            .or(() -> unpaddable(bound, input));
    mismatch.ifPresent(mismatches::add);
    return mismatch.isPresent() ? Optional.empty() : Optional.of(bound);
  }

  /** Dimensions of one row; empty where the number of dimensions is not known, or not enough. */
  private static Optional<List<Long>> rowShape(TensorType tensor, boolean hasRowAxis) {
    return hasRowAxis
        ? tensor
            .dimensions()
            .filter(all -> !all.isEmpty())
            .map(all -> List.copyOf(all.subList(1, all.size())))
        : tensor.dimensions();
  }

  private static Optional<String> mismatch(
      String owner, BoundInput bound, TensorType input, boolean casts) {
    DataType leaf = bound.leaf();
    ValueType type = bound.type();
    String has =
        "Column '%s' has type %s. %s needs "
            .formatted(bound.column(), bound.dataType().catalogString(), owner);
    if (!Elements.isSame(leaf, type) && !bound.isBytes()) {
      boolean castable = Elements.isCastable(leaf, type);
      if (!castable || !casts) {
        return Optional.of(
            has
                + Elements.typeOf(type).catalogString()
                + " elements for %s. ".formatted(input)
                + (castable
                    ? "Nothing is cast unless you say so: setCast(\"" + bound.column() + "\")."
                    : leaf instanceof StringType || leaf instanceof BinaryType
                        ? "Make numbers of it first."
                        : "Cast it first."));
      }
    }
    int depth = bound.depth();
    List<Long> shape = bound.rowShape();
    if (shape == null || depth == shape.size()) {
      return Optional.empty();
    }
    if (depth > 1 || (depth == 0 && bound.size() != 1)) {
      return Optional.of(
          has
              + (shape.isEmpty() ? "a single value" : "an array of shape " + bound.shapeText())
              + " for %s. ".formatted(input)
              + "Nest arrays as deep, or flatten them into one.");
    }
    long free = shape.stream().filter(each -> each < 0).count();
    return depth == 1 && free > 1
        ? Optional.of(
            has
                + "arrays nested %d deep for %s, whose dimensions one array does not tell."
                    .formatted(shape.size(), input))
        : Optional.empty();
  }

  private static Optional<String> unpaddable(BoundInput bound, TensorType input) {
    if (bound.padding() == null) {
      return Optional.empty();
    }
    if (bound.size() >= 0) {
      return Optional.of(
          "Column '%s' is to be padded, but %s has one shape for all rows."
              .formatted(bound.column(), input));
    }
    try {
      new InputRows(bound).clear();
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static int rowsOfCall(ModelSignature signature, List<String> mismatches) {
    Set<Long> fixed = new LinkedHashSet<>();
    for (TensorType input : signature.inputs()) {
      input.dimensions().filter(all -> !all.isEmpty()).map(all -> all.get(0)).ifPresent(fixed::add);
    }
    fixed.remove(TensorType.FREE);
    if (fixed.size() > 1 || fixed.contains(0L)) {
      mismatches.add(
          "The inputs %s do not take equally many rows in a call. If their first dimension does not count rows, have the model called for one row at a time: setRowAxis(false)."
              .formatted(signature.inputs()));
      return 0;
    }
    return fixed.stream().findFirst().map(Math::toIntExact).orElse(0);
  }

  private static List<BoundOutput> outputs(
      ModelSignature signature, Wish wish, int rowsOfCall, List<String> mismatches) {
    List<BoundOutput> outputs = new ArrayList<>();
    for (TensorType output : signature.outputs()) {
      if (!wish.outputs().isEmpty() && !wish.outputs().containsKey(output.name())) {
        continue;
      }
      Optional<List<Long>> shape = rowShape(output, wish.rowAxis());
      if (output.dimensions().isPresent()
          && (shape.isEmpty() || !countsRows(output, wish, rowsOfCall))) {
        mismatches.add(
            "Output %s does not have a value for each row of a call. Choose other outputs with setOutput, or setRowAxis(false)."
                .formatted(output));
        continue;
      }
      String column = wish.outputs().getOrDefault(output.name(), output.name());
      outputs.add(
          new BoundOutput(
              output.name(),
              column,
              output.type(),
              shape.map(List::size).orElse(-1),
              wish.binaries().contains(column)));
    }
    List<String> order = new ArrayList<>(wish.outputs().keySet());
    outputs.sort((a, b) -> Integer.compare(order.indexOf(a.output()), order.indexOf(b.output())));
    return outputs;
  }

  /** Whether an output's first dimension can be that of so many rows; 0 for any number. */
  private static boolean countsRows(TensorType output, Wish wish, int rowsOfCall) {
    long first = output.dimensions().orElseThrow().get(0);
    return !wish.rowAxis() || first == TensorType.FREE || first == rowsOfCall;
  }

  private static void requireStrings(
      String owner, List<BoundOutput> outputs, Wish wish, List<String> mismatches) {
    for (String column : wish.binaries()) {
      if (outputs.stream()
          .noneMatch(each -> each.column().equals(column) && each.type() == ValueType.STRING)) {
        mismatches.add(
            "Column '%s' is to be binary, but %s makes no strings of this name."
                .formatted(column, owner));
      }
    }
  }

  private static void requireFree(
      String owner,
      StructType schema,
      List<BoundOutput> outputs,
      Wish wish,
      List<String> mismatches) {
    Set<String> taken = new LinkedHashSet<>(Arrays.asList(schema.fieldNames()));
    List<String> added = new ArrayList<>(outputs.stream().map(BoundOutput::column).toList());
    if (wish.badRows() == BadRowPolicy.MARK) {
      added.add(wish.reason());
    }
    for (String name : added) {
      if (!taken.add(name)) {
        mismatches.add(
            "Column '%s' exists already. %s adds columns and never replaces one: drop it, or give the new column another name with setOutput or setReasonCol."
                .formatted(name, owner));
      }
    }
  }

  /** The new columns. */
  public List<StructField> appended() {
    boolean mayBeNull = badRows == BadRowPolicy.MARK || passesNulls;
    List<StructField> fields = new ArrayList<>();
    for (BoundOutput output : outputs) {
      fields.add(DataTypes.createStructField(output.column(), output.dataType(), mayBeNull));
    }
    if (reason != null) {
      fields.add(DataTypes.createStructField(reason, DataTypes.StringType, true));
    }
    return fields;
  }

  /** The schema with the new columns behind it. */
  public StructType behind(StructType schema) {
    StructType extended = schema;
    for (StructField field : appended()) {
      extended = extended.add(field);
    }
    return extended;
  }
}
