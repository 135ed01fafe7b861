package io.kindling.spark.predict;

import io.kindling.predict.LoadedModel;
import io.kindling.predict.TensorValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;

/** Rows as values for a model's inputs, and the model's runs over them. Belongs to one thread. */
public final class ModelRuns {

  private final ModelColumns columns;
  private final InputRows[] inputs;
  private final List<String> outputs;
  private int rows;

  public ModelRuns(ModelColumns columns) {
    this.columns = columns;
    this.inputs = columns.inputs().stream().map(InputRows::new).toArray(InputRows[]::new);
    this.outputs = columns.outputs().stream().map(BoundOutput::output).toList();
  }

  public void clear() {
    rows = 0;
    Arrays.stream(inputs).forEach(InputRows::clear);
  }

  public int rows() {
    return rows;
  }

  /** Bytes of the widest input. */
  public long bytes() {
    return Arrays.stream(inputs).mapToLong(InputRows::bytes).max().orElse(0);
  }

  /**
   * Appends a row, which may be reused afterwards.
   *
   * @throws BadValueException if it holds what the model does not take; nothing is appended then
   */
  public void add(InternalRow row) throws BadValueException {
    for (int i = 0; i < inputs.length; i++) {
      try {
        inputs[i].add(row);
      } catch (BadValueException e) {
        for (int j = 0; j < i; j++) {
          inputs[j].removeLast();
        }
        throw e;
      }
    }
    rows++;
  }

  /** The places of all rows, in groups of one shape or padded, each no longer than a call. */
  public List<int[]> groups() {
    if (rows == 0) {
      return List.of();
    }
    List<int[]> groups = new ArrayList<>();
    for (int[] group : byShape()) {
      int most = columns.rowsOfCall() == 0 ? mostPadded(group) : columns.rowsOfCall();
      for (int from = 0; from < group.length; from += most) {
        groups.add(Arrays.copyOfRange(group, from, Math.min(group.length, from + most)));
      }
    }
    return groups;
  }

  /** Rows that fit into a block when they are padded: a long one makes all of them long. */
  private int mostPadded(int[] group) {
    long most = group.length;
    for (InputRows each : inputs) {
      if (each.isPadded()) {
        long fit = ModelScorer.MAX_BLOCK_BYTES / Math.max(1, each.longestBytes(group));
        most = Math.min(most, Math.max(1, fit));
      }
    }
    return (int) most;
  }

  private List<int[]> byShape() {
    if (haveOneShape()) {
      return List.of(IntStream.range(0, rows).toArray());
    }
    Map<List<List<Long>>, List<Integer>> byShape = new LinkedHashMap<>();
    IdentityHashMap<long[], List<Long>> known = new IdentityHashMap<>();
    for (int row = 0; row < rows; row++) {
      List<List<Long>> shape = new ArrayList<>(inputs.length);
      for (InputRows each : inputs) {
        shape.add(
            known.computeIfAbsent(
                each.shapeOf(row),
                array ->
                    each.isPadded()
                        ? List.of((long) array.length)
                        : Arrays.stream(array).boxed().toList()));
      }
      byShape.computeIfAbsent(shape, unused -> new ArrayList<>()).add(row);
    }
    return byShape.values().stream()
        .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  /** Equal neighbours have one array. */
  private boolean haveOneShape() {
    for (InputRows each : inputs) {
      for (int row = 1; row < rows; row++) {
        if (each.shapeOf(row) != each.shapeOf(0)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The outputs of rows of a group.
   *
   * @param group the rows' places
   * @throws BadValueException if an output is none that the columns can hold
   * @throws IllegalStateException if an output does not have a value per row, which is no row's
   *     fault
   */
  public OutputRows[] run(LoadedModel model, int[] group) throws BadValueException {
    int length = columns.rowsOfCall() == 0 ? group.length : columns.rowsOfCall();
    Map<String, TensorValue> results = values(model, group);
    OutputRows[] of = new OutputRows[outputs.size()];
    for (int i = 0; i < of.length; i++) {
      TensorValue value = results.get(outputs.get(i));
      if (columns.hasRowAxis() && (value.rank() == 0 || value.dimension(0) != length)) {
        throw new IllegalStateException(
            "Output '%s' has shape %s for %d rows; its first dimension does not count them. Choose other outputs with setOutput, or setRowAxis(false)."
                .formatted(outputs.get(i), Arrays.toString(value.shape()), length));
      }
      of[i] = new OutputRows(columns.outputs().get(i), value, columns.hasRowAxis());
    }
    return of;
  }

  /** The outputs of rows of one shape as the model gives them, whatever their shapes. */
  public Map<String, TensorValue> values(LoadedModel model, int[] group) {
    int length = columns.rowsOfCall() == 0 ? group.length : columns.rowsOfCall();
    Map<String, TensorValue> values = new HashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      values.put(
          columns.inputs().get(i).input(), inputs[i].value(group, columns.hasRowAxis(), length));
    }
    return model.run(columns.signature(), values, outputs);
  }
}
