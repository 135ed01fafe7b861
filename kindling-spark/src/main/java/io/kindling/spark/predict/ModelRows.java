package io.kindling.spark.predict;

import io.kindling.engine.EngineException;
import io.kindling.predict.LoadedModel;
import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.scoring.ExecutorModels;
import io.kindling.spark.scoring.KeptRows;
import io.kindling.spark.scoring.RowScoring;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.Iterator;

/**
 * The rows of a partition with their new columns, scored block by block as they are asked for. The
 * model is leased at the first row, so an empty partition loads nothing.
 *
 * <p>Rows of a block whose shapes differ are scored in groups of one shape; they come out in the
 * order in which they came in. Where bad rows are left out or marked, and the model fails on a
 * group, its rows are tried one by one.
 *
 * <p>Spark may run a partition in one thread and end its task in another: so the lease is touched
 * under a lock, once per block.
 */
final class ModelRows extends RowScoring.ScoredPartition {

  private static final int FIRST_ROWS = 64;

  private final ModelScorer scorer;
  private final ModelColumns columns;
  private final Iterator<Object> input;
  private final ExecutorModels models;
  private final TaskContext context = TaskContext.get();
  private final ModelRuns runs;
  private final JoinedRow joined = new JoinedRow();

  private KeptRows kept = new KeptRows();
  private KeptRows spare = new KeptRows();
  private final SpecificInternalRow appended;

  // Of the rows that are kept: the outputs of a row's group, its place among them, and why it is
  // bad. Arrays, because blocks of single numbers take less time than an object per row.
  private OutputRows[][] outputs = new OutputRows[FIRST_ROWS][];
  private int[] places = new int[FIRST_ROWS];
  private String[] reasons = new String[FIRST_ROWS];
  private int[] toRun = new int[FIRST_ROWS]; // which of them are run
  private int rows;
  private int next;
  private long position; // of the next row in its partition

  // Guarded by this.
  private ExecutorModels.Lease<LoadedModel> lease;
  private boolean closed;

  ModelRows(ModelScorer scorer, Iterator<Object> input, ExecutorModels models) {
    this.scorer = scorer;
    this.columns = scorer.columns();
    this.input = input;
    this.models = models;
    this.runs = new ModelRuns(columns);
    this.appended =
        new SpecificInternalRow(
            DataTypes.createStructType(columns.appended().toArray(StructField[]::new)));
  }

  @Override
  public boolean hasNext() {
    while (next == rows && input.hasNext()) {
      readBlock();
    }
    return next < rows;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The partition has no more rows.");
    }
    int row = next++;
    append(row);
    return joined.apply(kept.get(row), appended);
  }

  private void append(int row) {
    int count = columns.outputs().size();
    for (int i = 0; i < count; i++) {
      if (outputs[row] == null) {
        appended.setNullAt(i);
      } else {
        outputs[row][i].write(places[row], appended, i);
      }
    }
    if (columns.reason() != null) {
      appended.update(count, reasons[row] == null ? null : UTF8String.fromString(reasons[row]));
    }
  }

  private synchronized void readBlock() {
    if (context != null && context.isInterrupted()) {
      throw new TaskKilledException("Task was cancelled before the next block of rows was scored.");
    }
    if (closed) {
      throw new IllegalStateException(
          "Scored rows are closed because their task has ended; no more of them can be read.");
    }
    if (lease == null) {
      lease = models.lease(scorer.model());
    }
    kept.clear();
    rows = 0;
    next = 0;
    runs.clear();
    while (rows < scorer.blockRows() && isSmall() && input.hasNext()) {
      keep((UnsafeRow) input.next());
    }
    runs.groups().forEach(this::score);
    if (columns.badRows() == BadRowPolicy.DROP) {
      dropBad();
    }
  }

  private void keep(UnsafeRow row) {
    if (rows == places.length) {
      outputs = Arrays.copyOf(outputs, 2 * rows);
      places = Arrays.copyOf(places, 2 * rows);
      reasons = Arrays.copyOf(reasons, 2 * rows);
      toRun = Arrays.copyOf(toRun, 2 * rows);
    }
    outputs[rows] = null;
    reasons[rows] = columns.isPassed(row) ? null : read(row);
    position++;
    kept.add(row);
    rows++;
  }

  private boolean isSmall() {
    return Math.max(kept.bytes(), runs.bytes()) < ModelScorer.MAX_BLOCK_BYTES;
  }

  /** Reads a row that is to be run; why it is not. */
  private String read(InternalRow row) {
    try {
      toRun[runs.rows()] = rows;
      runs.add(row);
      return null;
    } catch (BadValueException e) {
      if (columns.badRows() != BadRowPolicy.FAIL) {
        return e.getMessage();
      }
      throw new IllegalArgumentException(
          e.getMessage()
              + " It is row "
              + position
              + " of partition "
              + TaskContext.getPartitionId()
              + ". Filter such rows out, correct the column, or have them left out or marked with"
              + " setBadRowPolicy.",
          e);
    }
  }

  private void score(int[] group) {
    OutputRows[] computed;
    try {
      computed = runs.run(lease.model(), group);
    } catch (EngineException | IllegalArgumentException | BadValueException e) {
      fail(group, e);
      return;
    }
    for (int i = 0; i < group.length; i++) {
      outputs[toRun[group[i]]] = computed;
      places[toRun[group[i]]] = i;
    }
  }

  private void fail(int[] group, Exception e) {
    if (columns.badRows() == BadRowPolicy.FAIL) {
      throw new IllegalStateException(
          "The model %s failed on %d rows of partition %d, up to row %d: %s"
              .formatted(
                  scorer.model().label(),
                  group.length,
                  TaskContext.getPartitionId(),
                  position - 1,
                  e.getMessage()),
          e);
    }
    if (group.length == 1) {
      reasons[toRun[group[0]]] = "The model failed: " + e.getMessage();
      return;
    }
    for (int row : group) {
      score(new int[] {row});
    }
  }

  private void dropBad() {
    int good = 0;
    spare.clear();
    for (int row = 0; row < rows; row++) {
      if (reasons[row] == null) {
        spare.add(kept.get(row));
        outputs[good] = outputs[row];
        places[good] = places[row];
        reasons[good++] = null;
      }
    }
    KeptRows all = kept;
    kept = spare;
    spare = all;
    rows = good;
  }

  @Override
  public synchronized void close() {
    closed = true;
    ExecutorModels.Lease<LoadedModel> ended = lease;
    lease = null;
    if (ended != null) {
      ended.close();
    }
  }
}
