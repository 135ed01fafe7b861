package io.kindling.spark.predict;

import io.kindling.engine.EngineException;
import io.kindling.predict.LoadedModel;
import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.scoring.ExecutorModels;
import io.kindling.spark.scoring.KeptRows;
import io.kindling.spark.scoring.RowScoring;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
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

  private final ModelScorer scorer;
  private final ModelColumns columns;
  private final Iterator<Object> input;
  private final ExecutorModels models;
  private final TaskContext context = TaskContext.get();
  private final ModelRuns runs;
  private final JoinedRow joined = new JoinedRow();

  private KeptRows kept = new KeptRows();
  private KeptRows spare = new KeptRows();
  private final List<Outcome> outcomes = new ArrayList<>(); // of the rows that are kept
  private int next;
  private long position; // of the next row in its partition

  // Guarded by this.
  private ExecutorModels.Lease<LoadedModel> lease;
  private boolean closed;

  /**
   * What has become of a row.
   *
   * @param outputs of its group; null where it has none
   * @param place among the group's rows
   * @param reason why the row is bad; null where it is not
   */
  private record Outcome(OutputRows[] outputs, int place, String reason) {

    static final Outcome PASSED = new Outcome(null, 0, null);

    static Outcome bad(String reason) {
      return new Outcome(null, 0, reason);
    }

    boolean isBad() {
      return reason != null;
    }
  }

  ModelRows(ModelScorer scorer, Iterator<Object> input, ExecutorModels models) {
    this.scorer = scorer;
    this.columns = scorer.columns();
    this.input = input;
    this.models = models;
    this.runs = new ModelRuns(columns);
  }

  @Override
  public boolean hasNext() {
    while (next == outcomes.size() && input.hasNext()) {
      readBlock();
    }
    return next < outcomes.size();
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The partition has no more rows.");
    }
    int row = next++;
    return joined.apply(kept.get(row), appended(outcomes.get(row)));
  }

  private InternalRow appended(Outcome outcome) {
    int outputs = columns.outputs().size();
    Object[] values = new Object[outputs + (columns.reason() == null ? 0 : 1)];
    if (outcome.isBad()) {
      values[outputs] = UTF8String.fromString(outcome.reason());
    } else if (outcome.outputs() != null) {
      for (int i = 0; i < outputs; i++) {
        values[i] = outcome.outputs()[i].row(outcome.place());
      }
    }
    return new GenericInternalRow(values);
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
      lease = models.lease(scorer.files());
    }
    kept.clear();
    outcomes.clear();
    next = 0;
    runs.clear();
    List<Integer> places = new ArrayList<>(); // of the rows to run, among those that are kept
    while (outcomes.size() < scorer.blockRows() && isSmall() && input.hasNext()) {
      UnsafeRow row = (UnsafeRow) input.next();
      Outcome outcome = columns.isPassed(row) ? Outcome.PASSED : read(row);
      position++;
      if (outcome == null) {
        places.add(outcomes.size());
      }
      kept.add(row);
      outcomes.add(outcome);
    }
    runs.groups().forEach(group -> score(group, places));
    if (columns.badRows() == BadRowPolicy.DROP && outcomes.stream().anyMatch(Outcome::isBad)) {
      dropBad();
    }
  }

  private boolean isSmall() {
    return Math.max(kept.bytes(), runs.bytes()) < ModelScorer.MAX_BLOCK_BYTES;
  }

  /** Reads a row that is to be run; what becomes of it otherwise. */
  private Outcome read(InternalRow row) {
    try {
      runs.add(row);
      return null;
    } catch (BadValueException e) {
      if (columns.badRows() != BadRowPolicy.FAIL) {
        return Outcome.bad(e.getMessage());
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

  private void score(int[] group, List<Integer> places) {
    OutputRows[] outputs;
    try {
      outputs = runs.run(lease.model(), group);
    } catch (EngineException | IllegalArgumentException | BadValueException e) {
      fail(group, places, e);
      return;
    }
    for (int i = 0; i < group.length; i++) {
      outcomes.set(places.get(group[i]), new Outcome(outputs, i, null));
    }
  }

  private void fail(int[] group, List<Integer> places, Exception e) {
    if (columns.badRows() == BadRowPolicy.FAIL) {
      throw new IllegalStateException(
          "The model %s failed on %d rows of partition %d, up to row %d: %s"
              .formatted(
                  scorer.files().path(),
                  group.length,
                  TaskContext.getPartitionId(),
                  position - 1,
                  e.getMessage()),
          e);
    }
    if (group.length == 1) {
      outcomes.set(places.get(group[0]), Outcome.bad("The model failed: " + e.getMessage()));
      return;
    }
    for (int row : group) {
      score(new int[] {row}, places);
    }
  }

  private void dropBad() {
    spare.clear();
    List<Outcome> good = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      if (!outcomes.get(i).isBad()) {
        spare.add(kept.get(i));
        good.add(outcomes.get(i));
      }
    }
    KeptRows all = kept;
    kept = spare;
    spare = all;
    outcomes.clear();
    outcomes.addAll(good);
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
