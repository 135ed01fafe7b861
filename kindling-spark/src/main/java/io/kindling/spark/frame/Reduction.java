package io.kindling.spark.frame;

import io.kindling.predict.LoadedModel;
import io.kindling.predict.TensorValue;
import io.kindling.spark.predict.BadValueException;
import io.kindling.spark.predict.BoundInput;
import io.kindling.spark.predict.BoundOutput;
import io.kindling.spark.predict.InputRows;
import io.kindling.spark.predict.ModelColumns;
import io.kindling.spark.predict.ModelRuns;
import io.kindling.spark.predict.OutputRows;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/**
 * Reduces rows to one, with a loaded program. Results of earlier reductions are rows of another
 * kind: every row of a table goes into the program once, results are merged by it, and what is one
 * result is not computed again. Belongs to one thread.
 */
abstract class Reduction {

  /** Bytes of a column of a block from which on it is reduced with fewer rows. */
  private static final long MAX_BLOCK_BYTES = 32L << 20;

  private final ReducedColumns columns;

  private Reduction(ReducedColumns columns) {
    this.columns = columns;
  }

  static Reduction of(ReducedColumns columns, LoadedModel program, int blockRows) {
    return columns.rows().hasRowAxis()
        ? new OfBlocks(columns, program, blockRows)
        : new OfPairs(columns, program);
  }

  /** Forgets all rows. */
  abstract void clear();

  /** Takes a row of the table, which may be reused afterwards. */
  abstract void add(InternalRow row) throws BadValueException;

  /** Takes an earlier result. */
  abstract void addResult(InternalRow row) throws BadValueException;

  /** What all rows are reduced to; null where there are none. */
  abstract InternalRow result() throws BadValueException;

  /** Values by column as a row. */
  final InternalRow row(Map<String, TensorValue> values) throws BadValueException {
    List<BoundOutput> outputs = columns.rows().outputs();
    Object[] row = new Object[outputs.size()];
    GenericInternalRow written = new GenericInternalRow(row);
    for (int i = 0; i < row.length; i++) {
      BoundOutput output = outputs.get(i);
      new OutputRows(output, values.get(output.output()), false).write(0, written, i);
    }
    return written;
  }

  /** Blocks of rows to one row each, and blocks of these again. */
  private static final class OfBlocks extends Reduction {

    private final LoadedModel program;
    private final int blockRows;
    private final ModelRuns rows;
    private final ModelRuns results;
    private InternalRow last; // of the results

    OfBlocks(ReducedColumns columns, LoadedModel program, int blockRows) {
      super(columns);
      this.program = program;
      this.blockRows = blockRows;
      this.rows = new ModelRuns(columns.rows());
      this.results = new ModelRuns(columns.partials());
    }

    @Override
    void clear() {
      rows.clear();
      results.clear();
    }

    @Override
    void add(InternalRow row) throws BadValueException {
      rows.add(row);
      if (isFull(rows)) {
        addResult(reduced(rows));
      }
    }

    @Override
    void addResult(InternalRow row) throws BadValueException {
      results.add(row);
      last = row;
      if (results.rows() > 1 && isFull(results)) {
        addResult(reduced(results));
      }
    }

    private boolean isFull(ModelRuns block) {
      return block.rows() >= blockRows || block.bytes() >= MAX_BLOCK_BYTES;
    }

    private InternalRow reduced(ModelRuns block) throws BadValueException {
      List<int[]> groups = block.groups();
      if (groups.size() > 1) {
        throw new BadValueException(
            "Rows of a block differ in shape, and a reduction takes rows of one shape.");
      }
      InternalRow result = row(block.values(program, groups.get(0)));
      block.clear();
      return result;
    }

    @Override
    InternalRow result() throws BadValueException {
      if (rows.rows() > 0) {
        addResult(reduced(rows));
      }
      if (results.rows() > 1) {
        addResult(reduced(results));
      }
      return results.rows() == 0 ? null : last;
    }
  }

  /** A row and the next to one, and so on. */
  private static final class OfPairs extends Reduction {

    private final ReducedColumns columns;
    private final LoadedModel program;
    private final Map<String, InputRows> rows;
    private final Map<String, InputRows> results;
    private Map<String, TensorValue> reduced = Map.of();

    OfPairs(ReducedColumns columns, LoadedModel program) {
      super(columns);
      this.columns = columns;
      this.program = program;
      this.rows = readers(columns.rows());
      this.results = readers(columns.partials());
    }

    private static Map<String, InputRows> readers(ModelColumns read) {
      Map<String, InputRows> readers = new LinkedHashMap<>();
      for (BoundInput input : read.inputs()) {
        if (input.input().equals(ReducedColumns.second(input.column()))) {
          readers.put(input.column(), new InputRows(input));
        }
      }
      return readers;
    }

    @Override
    void clear() {
      reduced = Map.of();
    }

    @Override
    void add(InternalRow row) throws BadValueException {
      add(row, rows);
    }

    @Override
    void addResult(InternalRow row) throws BadValueException {
      add(row, results);
    }

    private void add(InternalRow row, Map<String, InputRows> readers) throws BadValueException {
      Map<String, TensorValue> next = new LinkedHashMap<>();
      for (Map.Entry<String, InputRows> each : readers.entrySet()) {
        each.getValue().clear();
        each.getValue().add(row);
        next.put(each.getKey(), each.getValue().value(new int[] {0}, false, 1));
      }
      if (reduced.isEmpty()) {
        next.replaceAll((name, value) -> value.copied());
        reduced = next;
        return;
      }
      Map<String, TensorValue> values = new HashMap<>();
      for (String name : columns.names()) {
        values.put(ReducedColumns.first(name), reduced.get(name));
        values.put(ReducedColumns.second(name), next.get(name));
      }
      reduced = program.run(columns.rows().signature(), values, columns.names());
    }

    @Override
    InternalRow result() throws BadValueException {
      return reduced.isEmpty() ? null : row(reduced);
    }
  }
}
