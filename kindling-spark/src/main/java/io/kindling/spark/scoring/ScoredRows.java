package io.kindling.spark.scoring;

import io.kindling.engine.Program;
import io.kindling.spark.column.BatchWriter;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;

/**
 * The rows of a partition with their new columns, scored block by block as they are asked for. The
 * model is leased at the first row, so an empty partition loads nothing.
 *
 * <p>Spark may run a partition in one thread and end its task in another, as it does before Python
 * functions; so the engine's memory is touched under a lock, once per block. Everything a row needs
 * after that lies on the heap.
 */
final class ScoredRows extends RowScoring.ScoredPartition {

  private final Scorer scorer;
  private final Iterator<Object> input;
  private final ExecutorModels models;
  private final TaskContext context = TaskContext.get();
  private final KeptRows kept = new KeptRows();
  private final JoinedRow joined = new JoinedRow();

  private OutputRows outputs;
  private Derived.Derivation[] derivations;
  private int[] outputOf;
  private InternalRow appended;
  private int rows;
  private int next;

  // Guarded by this.
  private ExecutorModels.Lease<Program> lease;
  private Program.BatchMemory batch;
  private BatchWriter writer;
  private boolean closed;

  ScoredRows(Scorer scorer, Iterator<Object> input, ExecutorModels models) {
    this.scorer = scorer;
    this.input = input;
    this.models = models;
  }

  @Override
  public boolean hasNext() {
    return next < rows || input.hasNext();
  }

  @Override
  public Object next() {
    if (next == rows) {
      if (!input.hasNext()) {
        throw new NoSuchElementException("The partition has no more rows.");
      }
      readBlock();
    }
    int row = next++;
    for (int i = 0; i < derivations.length; i++) {
      int output = outputOf[i];
      derivations[i].derive(outputs.values(output), row * outputs.size(output), appended, i);
    }
    return joined.apply(kept.get(row), appended);
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
      open();
    }
    kept.clear();
    rows = 0;
    next = 0;
    int count = 0;
    while (count < batch.capacity() && kept.bytes() < Scorer.MAX_BLOCK_BYTES && input.hasNext()) {
      UnsafeRow row = (UnsafeRow) input.next();
      writer.write(row, count);
      kept.add(row);
      count++;
    }
    batch.setRows(count);
    try (Program.Outputs computed = lease.model().outputs(batch)) {
      outputs.copy(computed);
    }
    rows = count;
  }

  private void open() {
    lease = models.lease(scorer.source());
    Program program = lease.model();
    batch = program.newBatch(scorer.blockRows());
    writer = new BatchWriter(scorer.inputs(), batch);
    List<TensorSpec> specs = program.network().outputs();
    outputs = new OutputRows(specs);
    List<OutputColumn> columns = scorer.outputs();
    derivations = new Derived.Derivation[columns.size()];
    outputOf = new int[columns.size()];
    StructType type = new StructType();
    for (StructField field : scorer.appended()) {
      type = type.add(field);
    }
    for (int i = 0; i < derivations.length; i++) {
      outputOf[i] = columns.get(i).output();
      derivations[i] =
          columns.get(i).derived().newDerivation(specs.get(outputOf[i]).shape().size());
    }
    appended = new SpecificInternalRow(type);
  }

  @Override
  public synchronized void close() {
    closed = true;
    ExecutorModels.Lease<Program> endedLease = lease;
    Program.BatchMemory endedBatch = batch;
    lease = null;
    batch = null;
    writer = null;
    try {
      if (endedBatch != null) {
        endedBatch.close();
      }
    } finally {
      if (endedLease != null) {
        endedLease.close();
      }
    }
  }
}
