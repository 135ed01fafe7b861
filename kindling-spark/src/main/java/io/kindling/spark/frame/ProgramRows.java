package io.kindling.spark.frame;

import io.kindling.engine.EngineException;
import io.kindling.predict.LoadedModel;
import io.kindling.spark.predict.BadValueException;
import io.kindling.spark.predict.ExecutorModel;
import io.kindling.spark.scoring.ExecutorModels;
import io.kindling.spark.scoring.RowScoring;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows that a program makes in the place of a partition's. The program is leased at the first row,
 * so an empty partition loads nothing.
 *
 * <p>Spark may run a partition in one thread and end its task in another: so the lease is touched
 * under a lock, once per block.
 */
abstract class ProgramRows extends RowScoring.ScoredPartition {

  private final ExecutorModel program;
  private final scala.collection.Iterator<Object> input;
  private final ExecutorModels models;
  private final TaskContext context = TaskContext.get();
  private Iterator<InternalRow> made = Collections.emptyIterator();
  private long position; // of the next row in its partition

  // Guarded by this.
  private ExecutorModels.Lease<LoadedModel> lease;
  private boolean closed;

  ProgramRows(
      ExecutorModel program, scala.collection.Iterator<Object> input, ExecutorModels models) {
    this.program = program;
    this.input = input;
    this.models = models;
  }

  /** The rows made of the next ones; reads one at least. */
  abstract Iterator<InternalRow> make(LoadedModel loaded) throws BadValueException;

  /** Whether there is another row to make others of. */
  final boolean hasInput() {
    if (context != null && context.isInterrupted()) {
      throw new TaskKilledException("Task was cancelled before the next block of rows was run.");
    }
    return input.hasNext();
  }

  final InternalRow nextInput() {
    position++;
    return (InternalRow) input.next();
  }

  @Override
  public final boolean hasNext() {
    while (!made.hasNext() && hasInput()) {
      made = block();
    }
    return made.hasNext();
  }

  @Override
  public final Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The partition has no more rows.");
    }
    return made.next();
  }

  private synchronized Iterator<InternalRow> block() {
    if (closed) {
      throw new IllegalStateException(
          "Rows are closed because their task has ended; no more of them can be read.");
    }
    if (lease == null) {
      lease = models.lease(program);
    }
    try {
      return make(lease.model());
    } catch (EngineException | IllegalArgumentException | BadValueException e) {
      throw new IllegalStateException(
          "The program %s failed in partition %d, up to row %d: %s"
              .formatted(
                  program.label(), TaskContext.getPartitionId(), position - 1, e.getMessage()),
          e);
    }
  }

  @Override
  public final synchronized void close() {
    closed = true;
    ExecutorModels.Lease<LoadedModel> ended = lease;
    lease = null;
    if (ended != null) {
      ended.close();
    }
  }
}
